package io.busbar.rabbitmq;

import com.rabbitmq.client.ConnectionFactory;
import io.busbar.config.RabbitMqConfig.Tls;
import io.vertx.core.Vertx;
import io.vertx.core.net.PemTrustOptions;
import java.security.KeyStore;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;

/** Whom amqps believes. Immutable; asked on the thread that connects. */
final class Trust {
  private final Vertx vertx;
  private final Tls tls;

  Trust(Vertx vertx, Tls tls) {
    this.vertx = vertx;
    this.tls = tls;
  }

  /** Will make the factory check certificates, which amqp-client by itself does not. */
  void apply(ConnectionFactory factory) throws Exception {
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(null, authorities().getTrustManagers(), null);
    factory.useSslProtocol(context);
    if (tls.verifyHost()) {
      factory.enableHostnameVerification();
    }
  }

  private TrustManagerFactory authorities() throws Exception {
    if (!tls.ca().isEmpty()) {
      return new PemTrustOptions().addCertPath(tls.ca()).getTrustManagerFactory(vertx);
    }
    TrustManagerFactory javas =
        TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    javas.init((KeyStore) null);
    return javas;
  }
}
