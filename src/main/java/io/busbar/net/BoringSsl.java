package io.busbar.net;

import io.busbar.config.ConfigException;
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
 * TLS by BoringSSL: half of the JDK's CPU time for big messages, a third for connecting. Clients
 * resume sessions by tickets. BoringSSL makes their keys, changes them every two days and forgets
 * them: they are never outside of this process, and each port and each new certificate has its own.
 * Who must show a certificate gets no ticket, and shows it each time.
 */
final class BoringSsl extends OpenSSLEngineOptions {
  /**
   * Bytes of the buffer that each connection keeps for what the library says by itself. A handshake
   * that has more to say is read out of it in pieces.
   */
  private static final int HANDSHAKE_BUFFER = 256;

  private BoringSsl() {}

  /**
   * What the engine is to be; loads the library, so it is called by worker threads.
   *
   * @param stanza where the config is: {@code http.tls}
   * @throws ConfigException where BoringSSL is asked for and is not there
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
    return cause.getMessage();
  }

  /** As the log has it. */
  static String name(SSLEngineOptions engine) {
    return engine instanceof BoringSsl ? OpenSsl.versionString() : "the JDK";
  }

  @Override
  public SslContextFactory sslContextFactory() {
    return new WithTickets();
  }

  private static final class WithTickets extends DefaultSslContextFactory {
    /** There is no cache of sessions: who can resume one holds it in a ticket. */
    WithTickets() {
      super(SslProvider.OPENSSL, false);
    }

    /** Otherwise the key would be read anew for every handshake. */
    @Override
    public SslContextFactory keyMananagerFactory(KeyManagerFactory keys) {
      return super.keyMananagerFactory(new OpenSslCachingX509KeyManagerFactory(keys));
    }

    @Override
    public SslContext create() throws SSLException {
      OpenSslServerContext context = (OpenSslServerContext) super.create();
      // Without keys of ours: the library has its own.
      context.sessionContext().setTicketKeys();
      context.setBioNonApplicationBufferSize(HANDSHAKE_BUFFER);
      return context;
    }
  }
}
