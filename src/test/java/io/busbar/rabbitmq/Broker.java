package io.busbar.rabbitmq;

import static org.assertj.core.api.Assertions.assertThat;

import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Connection;
import com.rabbitmq.client.ConnectionFactory;
import com.rabbitmq.client.ShutdownSignalException;
import java.io.IOException;
import org.junit.jupiter.api.Assumptions;

/**
 * A running broker, which tests use and do not stop.
 *
 * @param isRabbitMq false for a broker that behaves like RabbitMQ in most things
 */
record Broker(String uri, boolean isRabbitMq) {
  /** A value in place of a URI: use Broker-J, even if there is a RabbitMQ. */
  private static final String BROKER_J = "broker-j";

  /** The task of a test with a channel. */
  interface ChannelTask<T> {
    T with(Channel channel) throws Exception;
  }

  /**
   * The broker that {@code BUSBAR_TEST_AMQP_URI} names, otherwise the RabbitMQ of this run. If none
   * is installed, it is Broker-J.
   */
  static Broker any() {
    String given = System.getenv("BUSBAR_TEST_AMQP_URI");
    if (given != null && !given.equals(BROKER_J)) {
      return new Broker(given, true);
    }
    boolean rabbitMq = given == null && RabbitMqServer.isExpected();
    return rabbitMq ? RabbitMqServer.shared().broker() : QpidBroker.shared();
  }

  /** Skips the test if another broker uses other words or numbers. */
  void assumeRabbitMq() {
    Assumptions.assumeTrue(isRabbitMq, "only RabbitMQ says it like this");
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

  /** Deletes the queues if they exist. */
  void deleteQueues(String... names) {
    for (String name : names) {
      delete(channel -> channel.queueDelete(name));
    }
  }

  void deleteExchange(String name) {
    delete(channel -> channel.exchangeDelete(name));
  }

  /** Some brokers close the channel if nothing is there. */
  private void delete(ChannelTask<?> delete) {
    try (Connection connection = connect()) {
      delete.with(connection.createChannel());
    } catch (Exception e) {
      assertThat(e).hasRootCauseInstanceOf(ShutdownSignalException.class);
    }
  }

  /** Runs the task on a channel of a connection of its own. */
  <T> T on(ChannelTask<T> use) {
    try (Connection connection = connect();
        Channel channel = connection.createChannel()) {
      return use.with(channel);
    } catch (Exception e) {
      throw new AssertionError(e);
    }
  }
}
