package io.busbar.rabbitmq;

import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Connection;
import com.rabbitmq.client.ConnectionFactory;
import java.io.IOException;

/** A RabbitMQ that runs, which tests use and do not stop. */
record Broker(String uri) {
  /** What a test does with a channel. */
  interface Use<T> {
    T with(Channel channel) throws Exception;
  }

  /** The one that {@code BUSBAR_TEST_AMQP_URI} names, or else that of this run. */
  static Broker any() {
    String given = System.getenv("BUSBAR_TEST_AMQP_URI");
    return given == null ? RabbitMqServer.shared().broker() : new Broker(given);
  }

  Connection connect() throws IOException {
    try {
      ConnectionFactory factory = new ConnectionFactory();
      factory.setUri(uri);
      factory.setAutomaticRecoveryEnabled(false);
      factory.setConnectionTimeout(5_000);
      return factory.newConnection();
    } catch (IOException e) {
      throw e;
    } catch (Exception e) {
      throw new IOException(e);
    }
  }

  /** Does that on a channel of a connection of its own. */
  <T> T on(Use<T> use) {
    try (Connection connection = connect();
        Channel channel = connection.createChannel()) {
      return use.with(channel);
    } catch (Exception e) {
      throw new AssertionError(e);
    }
  }
}
