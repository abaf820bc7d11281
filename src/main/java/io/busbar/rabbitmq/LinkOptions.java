package io.busbar.rabbitmq;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.busbar.config.RabbitMqConfig;
import io.busbar.config.RabbitMqConfig.Tls;
import io.vertx.core.Vertx;
import io.vertx.core.net.PemTrustOptions;
import io.vertx.core.net.TrustOptions;
import io.vertx.rabbitmq.RabbitMQOptions;
import java.net.Socket;
import java.net.URI;
import java.net.URLDecoder;
import java.security.KeyStore;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509ExtendedTrustManager;

/**
 * Converts one URI of the configuration to options of the client. Both recoveries of the client are
 * off, because {@link Link} opens connections again.
 */
final class LinkOptions {
  private static final String GUEST = "guest";

  private LinkOptions() {}

  /**
   * Will read the certificate authorities again, so a renewed one is trusted. Blocks.
   *
   * @param address one of the URIs of the configuration
   * @param name of the connection, for an operator of RabbitMQ
   */
  static RabbitMQOptions of(Vertx vertx, RabbitMqConfig config, String address, String name)
      throws Exception {
    URI uri = new URI(address);
    boolean encrypted = uri.getScheme().equals("amqps");
    String[] login = uri.getRawUserInfo() == null ? new String[0] : login(uri.getRawUserInfo());
    String path = uri.getRawPath();
    int timeout = (int) config.connectTimeout().toMillis();
    RabbitMQOptions options =
        new RabbitMQOptions()
            .setHost(uri.getHost())
            .setPort(uri.getPort() > 0 ? uri.getPort() : encrypted ? 5671 : 5672)
            .setUser(login.length > 0 ? decode(login[0]) : GUEST)
            .setPassword(login.length > 1 ? decode(login[1]) : GUEST)
            .setVirtualHost(path == null || path.isEmpty() ? "/" : decode(path.substring(1)))
            .setConnectionTimeout(timeout)
            .setHandshakeTimeout(timeout)
            .setRequestedHeartbeat((int) config.heartBeat().toSeconds())
            .setConnectionName("busbar " + name)
            .setAutomaticRecoveryEnabled(false)
            .setReconnectAttempts(0);
    return encrypted
        ? options
            .setSsl(true)
            .setTrustOptions(TrustOptions.wrap(trust(vertx, config.tls())))
            .setHostnameVerificationAlgorithm("") // must be set, but is not used: see HostCheck
        : options;
  }

  private static String[] login(String userInfo) {
    return userInfo.split(":", 2);
  }

  /** As in any URI: a plus sign is one, and %C3%A9 is é. */
  private static String decode(String text) {
    return URLDecoder.decode(text.replace("+", "%2B"), UTF_8);
  }

  private static TrustManager trust(Vertx vertx, Tls tls) throws Exception {
    for (TrustManager trust : authorities(vertx, tls).getTrustManagers()) {
      if (trust instanceof X509ExtendedTrustManager checks) {
        return tls.verifyHost() ? new HostCheck(checks) : checks;
      }
    }
    throw new CertificateException("nothing here checks certificates");
  }

  private static TrustManagerFactory authorities(Vertx vertx, Tls tls) throws Exception {
    if (!tls.ca().isEmpty()) {
      return new PemTrustOptions().addCertPath(tls.ca()).getTrustManagerFactory(vertx);
    }
    TrustManagerFactory javas =
        TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    javas.init((KeyStore) null);
    return javas;
  }

  /**
   * Checks that the certificate belongs to the host. The client does not, because its socket does
   * not ask Java to. Any thread may use it.
   */
  private static final class HostCheck extends X509ExtendedTrustManager {
    private final X509ExtendedTrustManager trust;

    HostCheck(X509ExtendedTrustManager trust) {
      this.trust = trust;
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type, Socket socket)
        throws CertificateException {
      if (!(socket instanceof SSLSocket encrypted)) {
        throw withoutHost();
      }
      SSLParameters parameters = encrypted.getSSLParameters();
      parameters.setEndpointIdentificationAlgorithm("HTTPS");
      encrypted.setSSLParameters(parameters);
      trust.checkServerTrusted(chain, type, socket);
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type, SSLEngine engine)
        throws CertificateException {
      throw withoutHost();
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type)
        throws CertificateException {
      throw withoutHost();
    }

    private static CertificateException withoutHost() {
      return new CertificateException("whose certificate it is cannot be checked");
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type, Socket socket)
        throws CertificateException {
      trust.checkClientTrusted(chain, type, socket);
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type, SSLEngine engine)
        throws CertificateException {
      trust.checkClientTrusted(chain, type, engine);
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type)
        throws CertificateException {
      trust.checkClientTrusted(chain, type);
    }

    @Override
    public X509Certificate[] getAcceptedIssuers() {
      return trust.getAcceptedIssuers();
    }
  }
}
