package io.busbar.net;

import io.busbar.config.ConfigException;
import io.busbar.config.Reason;
import io.busbar.config.TlsConfig;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.net.NetServerOptions;
import io.vertx.core.net.SSLEngineOptions;
import io.vertx.core.net.ServerSSLOptions;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The TLS options of one port, which follow their files. Changed files that stay the same for two
 * checks are validated and given to the server. During a copy of certificate and key, the two files
 * do not fit together. Owned by the context that loaded it.
 */
public final class Tls {
  private static final System.Logger LOG = System.getLogger(Tls.class.getName());

  private final Vertx vertx;
  private final String stanza;
  private final TlsConfig config;
  private final TlsFiles files;
  private final ServerSSLOptions first;
  private final SSLEngineOptions engine;
  private Function<ServerSSLOptions, Future<Boolean>> server = options -> Future.succeededFuture();

  /** Contents that the server uses; a requested reload sets them, too. */
  private volatile List<Buffer> used;

  private List<Buffer> seen;
  private long timer = -1;

  private Tls(
      Vertx vertx,
      String stanza,
      TlsConfig config,
      TlsFiles files,
      List<Buffer> contents,
      ServerSSLOptions first,
      SSLEngineOptions engine) {
    this.vertx = vertx;
    this.stanza = stanza;
    this.config = config;
    this.files = files;
    this.used = contents;
    this.seen = contents;
    this.first = first;
    this.engine = engine;
  }

  /**
   * Will read the files.
   *
   * @param stanza key of the configuration: {@code http.tls}
   * @return null where TLS is off; fails with a {@link ConfigException} for files that cannot be
   *     used
   */
  public static Future<@Nullable Tls> load(Vertx vertx, String stanza, TlsConfig config) {
    if (!config.enabled()) {
      return Future.succeededFuture();
    }
    TlsFiles files = new TlsFiles(vertx, stanza, config);
    return vertx.executeBlocking(
        () -> {
          ServerSSLOptions options = files.load();
          SSLEngineOptions engine = BoringSsl.orJdk(stanza, config.engine());
          LOG.log(System.Logger.Level.INFO, "{0}: TLS by {1}", stanza, BoringSsl.name(engine));
          return new Tls(vertx, stanza, config, files, files.contents(), options, engine);
        },
        false);
  }

  /** Sets the options so that servers use TLS. */
  public void configure(NetServerOptions options) {
    options
        .setSsl(true)
        .setSslEngineOptions(engine)
        .setKeyCertOptions(first.getKeyCertOptions())
        .setTrustOptions(first.getTrustOptions())
        .setClientAuth(first.getClientAuth())
        .setEnabledSecureTransportProtocols(first.getEnabledSecureTransportProtocols())
        .setSslHandshakeTimeout(first.getSslHandshakeTimeout())
        .setSslHandshakeTimeoutUnit(TimeUnit.MILLISECONDS);
    first.getEnabledCipherSuites().forEach(options::addEnabledCipherSuite);
  }

  /** Will give the server new options when the files have changed. */
  public void follow(Function<ServerSSLOptions, Future<Boolean>> updatedServer) {
    server = updatedServer;
    if (!config.selfSigned()) {
      timer = vertx.setPeriodic(config.watch().toMillis(), id -> look());
    }
  }

  public void close() {
    vertx.cancelTimer(timer);
  }

  private void look() {
    vertx.executeBlocking(files::contents, false).onSuccess(this::changed);
  }

  private void changed(List<Buffer> contents) {
    boolean settled = contents.equals(seen);
    seen = contents;
    if (settled && !contents.equals(used)) {
      used = contents;
      reload()
          .onSuccess(
              done -> LOG.log(System.Logger.Level.INFO, "{0}: the new certificate is used", stanza))
          .onFailure(
              e ->
                  LOG.log(
                      System.Logger.Level.WARNING,
                      "the new certificate is not used, the old one stays: {0}",
                      Reason.of(e)));
    }
  }

  /** Will read the files now. Fails with the error in them; then the old ones stay in use. */
  public Future<Void> reload() {
    if (config.selfSigned()) {
      return Future.succeededFuture();
    }
    return vertx
        .executeBlocking(
            () -> {
              List<Buffer> contents = files.contents();
              ServerSSLOptions options = files.load();
              used = contents;
              return options;
            },
            false)
        .compose(server)
        .mapEmpty();
  }
}
