package io.busbar.rabbitmq;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.rabbitmq.client.AMQP.BasicProperties;
import com.rabbitmq.client.Channel;
import com.rabbitmq.client.DefaultConsumer;
import com.rabbitmq.client.Envelope;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;

/**
 * How many messages a second a route carries, each way, beside a bare amqp-client loop with the
 * same window and prefetch. A program, not a test: {@code rabbitmq.md} says how to run it.
 */
final class Throughput {
  private static final int MESSAGES = 100_000;
  private static final int ROUNDS = 7;
  private static final int WINDOW = 1000;
  private static final int PREFETCH = 200;
  private static final byte[] BODY = "x".repeat(128).getBytes(UTF_8);
  private static final BasicProperties TEXT =
      new BasicProperties.Builder().contentType("text/plain").deliveryMode(1).build();

  private Throughput() {}

  /** Prints the rates of each round, of which the first warms up, and the medians of the others. */
  public static void main(String[] arguments) throws Exception {
    RabbitMqServer server = RabbitMqServer.shared();
    List<Double> out = new ArrayList<>();
    List<Double> in = new ArrayList<>();
    for (int i = 0; i <= ROUNDS; i++) {
      double bareOut = bareOut(server);
      double routeOut = routeOut(server);
      double bareIn = bareIn(server);
      double routeIn = routeIn(server);
      System.out.printf(
          "%s out: bare %.0f/s route %.0f/s ratio %.2f   in: bare %.0f/s route %.0f/s ratio %.2f%n",
          i == 0 ? "cold" : "#" + i,
          bareOut,
          routeOut,
          routeOut / bareOut,
          bareIn,
          routeIn,
          routeIn / bareIn);
      if (i > 0) {
        out.add(routeOut / bareOut);
        in.add(routeIn / bareIn);
      }
    }
    System.out.printf("median of the ratios: out %.2f, in %.2f%n", median(out), median(in));
    System.exit(0);
  }

  private static double median(List<Double> values) {
    return values.stream().sorted().skip(values.size() / 2).findFirst().orElseThrow();
  }

  private static double rate(long started) {
    return MESSAGES * 1e9 / (System.nanoTime() - started);
  }

  private static double bareOut(RabbitMqServer server) {
    String queue = UUID.randomUUID().toString();
    return server.on(
        channel -> {
          channel.queueDeclare(queue, false, false, false, null);
          long started = System.nanoTime();
          publish(channel, queue);
          double rate = rate(started);
          channel.queueDelete(queue);
          return rate;
        });
  }

  /** With a window of unconfirmed messages. */
  private static void publish(Channel channel, String queue) throws Exception {
    Semaphore window = new Semaphore(WINDOW);
    long[] last = {0};
    channel.addConfirmListener(
        (tag, multiple) -> {
          window.release(multiple ? (int) (tag - last[0]) : 1);
          last[0] = Math.max(last[0], tag);
        },
        (tag, multiple) -> {
          throw new IllegalStateException("nacked");
        });
    channel.confirmSelect();
    for (int i = 0; i < MESSAGES; i++) {
      window.acquire();
      channel.basicPublish("", queue, true, TEXT, BODY);
    }
    channel.waitForConfirms();
  }

  private static double routeOut(RabbitMqServer server) throws Exception {
    String queue = UUID.randomUUID().toString();
    String route =
        "[{address: out, routing-key: %s, durable: false, persistent: false, window: %d}]";
    try (Bridge bridge = Bridge.start(server.uri(), route.formatted(queue, WINDOW)).awaitOpen()) {
      Semaphore window = new Semaphore(2 * WINDOW);
      String body = new String(BODY, UTF_8);
      long started = System.nanoTime();
      for (int i = 0; i < MESSAGES; i++) {
        window.acquire();
        bridge.bus().request("out", body).onComplete(confirmed -> window.release());
      }
      window.acquire(2 * WINDOW);
      double rate = rate(started);
      server.on(channel -> channel.queueDelete(queue));
      return rate;
    }
  }

  private static String filled(RabbitMqServer server) {
    String queue = UUID.randomUUID().toString();
    return server.on(
        channel -> {
          channel.queueDeclare(queue, false, false, false, null);
          publish(channel, queue);
          return queue;
        });
  }

  /** Acknowledges each message, as most do. */
  private static double bareIn(RabbitMqServer server) {
    String queue = filled(server);
    return server.on(
        channel -> {
          CountDownLatch all = new CountDownLatch(MESSAGES);
          channel.basicQos(PREFETCH);
          long started = System.nanoTime();
          channel.basicConsume(
              queue,
              false,
              new DefaultConsumer(channel) {
                @Override
                public void handleDelivery(
                    String tag, Envelope envelope, BasicProperties properties, byte[] body)
                    throws IOException {
                  channel.basicAck(envelope.getDeliveryTag(), false);
                  all.countDown();
                }
              });
          all.await();
          double rate = rate(started);
          channel.queueDelete(queue);
          return rate;
        });
  }

  private static double routeIn(RabbitMqServer server) throws Exception {
    String queue = filled(server);
    CountDownLatch all = new CountDownLatch(MESSAGES);
    io.vertx.core.Vertx vertx = io.vertx.core.Vertx.vertx();
    vertx.eventBus().consumer("in", message -> all.countDown());
    String route = "[{queue: %s, address: in, durable: false, prefetch: %d}]";
    long started = System.nanoTime();
    try (Bridge bridge = Bridge.on(vertx, server.uri(), route.formatted(queue, PREFETCH))) {
      all.await();
      double rate = rate(started);
      bridge.await(b -> b.route(0).getInteger("confirmed") == MESSAGES);
      return rate;
    } finally {
      Bridge.wait(vertx.close());
      server.on(channel -> channel.queueDelete(queue));
    }
  }
}
