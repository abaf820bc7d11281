package io.busbar.net;

import io.busbar.config.ConfigException;
import io.busbar.config.Reason;
import io.busbar.config.TlsConfig.Engine;
import io.netty.handler.ssl.OpenSsl;
import io.netty.handler.ssl.OpenSslCachingX509KeyManagerFactory;
import io.netty.handler.ssl.OpenSslServerContext;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslProvider;
import io.vertx.core.net.JdkSSLEngineOptions;
import io.vertx.core.net.OpenSSLEngineOptions;
import io.vertx.core.net.SSLEngineOptions;
import io.vertx.core.spi.tls.DefaultSslContextFactory;
import io.vertx.core.spi.tls.SslContextFactory;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLException;

/**
 * The TLS engine BoringSSL. It needs half of the JDK's CPU time for big messages, and a third for
 * connecting. Clients resume sessions with tickets. BoringSSL makes the ticket keys, replaces them
 * every two days, and keeps them in this process. Each port and each new certificate has its own
 * keys. A client that must show a certificate gets no ticket, and shows it each time. Any thread
 * may use it.
 */
final class BoringSsl extends OpenSSLEngineOptions {
  /**
   * Size of the buffer that each connection keeps for the library's own messages, in bytes. A
   * longer handshake is read from it in pieces.
   */
  private static final int HANDSHAKE_BUFFER = 256;

  private BoringSsl() {}

  /**
   * Returns the engine of the configuration. It loads the library, so only worker threads may call
   * it.
   *
   * @param stanza key of the configuration: {@code http.tls}
   * @throws ConfigException where BoringSSL is required and not available
   */
  static SSLEngineOptions orJdk(String stanza, Engine wanted) {
    if (wanted == Engine.JDK || wanted == Engine.AUTO && !OpenSsl.isAvailable()) {
      return new JdkSSLEngineOptions();
    }
    if (!OpenSsl.isAvailable()) {
      throw new ConfigException(stanza + ".engine", "openssl is not there: " + whyNot());
    }
    return new BoringSsl();
  }

  private static String whyNot() {
    Throwable cause = OpenSsl.unavailabilityCause();
    while (cause.getCause() != null) {
      cause = cause.getCause();
    }
    return Reason.of(cause);
  }

  /** Returns the name for the log. */
  static String name(SSLEngineOptions engine) {
    return engine instanceof BoringSsl ? OpenSsl.versionString() : "the JDK";
  }

  @Override
  public SslContextFactory sslContextFactory() {
    return new WithTickets();
  }

  /** A factory of contexts with session tickets. Used by the thread that creates a context. */
  private static final class WithTickets extends DefaultSslContextFactory {
    /** Turns the cache of sessions off, because clients have tickets. */
    WithTickets() {
      super(SslProvider.OPENSSL, false);
    }

    /** Without this cache every handshake would read the key again. */
    @Override
    public SslContextFactory keyMananagerFactory(KeyManagerFactory keys) {
      return super.keyMananagerFactory(new OpenSslCachingX509KeyManagerFactory(keys));
    }

    @Override
    public SslContext create() throws SSLException {
      OpenSslServerContext context = (OpenSslServerContext) super.create();
      // An empty call makes the library use its own keys.
      context.sessionContext().setTicketKeys();
      context.setBioNonApplicationBufferSize(HANDSHAKE_BUFFER);
      return context;
    }
  }
}
