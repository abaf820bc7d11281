package io.busbar.rabbitmq;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.rabbitmq.client.AMQP.BasicProperties;
import com.rabbitmq.client.Channel;
import com.rabbitmq.client.DefaultConsumer;
import com.rabbitmq.client.Envelope;
import com.sun.management.OperatingSystemMXBean;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;

/**
 * Measures how many messages per second a route carries, each way. It compares that with a plain
 * amqp-client loop with the same window and prefetch. A program, not a test: {@code rabbitmq.md}
 * says how to run it.
 */
final class Throughput {
  private static final int MESSAGES = 100_000;
  private static final int ROUNDS = 7;
  private static final int WINDOW = 1000;
  private static final int PREFETCH = 200;
  private static final OperatingSystemMXBean SYSTEM =
      (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
  private static final byte[] BODY = "x".repeat(128).getBytes(UTF_8);
  private static final BasicProperties TEXT =
      new BasicProperties.Builder().contentType("text/plain").deliveryMode(1).build();

  private Throughput() {}

  /**
   * The result of a round.
   *
   * @param rate messages per second
   * @param cpu microseconds of CPU of this process for each message, without RabbitMQ's
   */
  private record Result(double rate, double cpu) {}

  private static final class Stopwatch {
    private final long started = System.nanoTime();
    private final long cpu = SYSTEM.getProcessCpuTime();

    Result stop() {
      double cpuMicros = (SYSTEM.getProcessCpuTime() - cpu) / 1e3 / MESSAGES;
      return new Result(MESSAGES * 1e9 / (System.nanoTime() - started), cpuMicros);
    }
  }

  /** One direction, round after round. */
  private static final class Duel {
    private final String name;
    private final List<Double> ratios = new ArrayList<>();
    private final List<Double> bareCpu = new ArrayList<>();
    private final List<Double> routeCpu = new ArrayList<>();

    Duel(String name) {
      this.name = name;
    }

    void round(boolean counts, Result bare, Result route) {
      System.out.printf(
          "%s %s: bare %.0f/s route %.0f/s ratio %.2f; CPU bare %.1f us route %.1f us%n",
          counts ? " " : "cold",
          name,
          bare.rate,
          route.rate,
          route.rate / bare.rate,
          bare.cpu,
          route.cpu);
      if (counts) {
        ratios.add(route.rate / bare.rate);
        bareCpu.add(bare.cpu);
        routeCpu.add(route.cpu);
      }
    }

    void medians() {
      System.out.printf(
          "median %s: ratio %.2f; CPU bare %.1f us route %.1f us%n",
          name, median(ratios), median(bareCpu), median(routeCpu));
    }

    private static double median(List<Double> values) {
      return values.stream().sorted().skip(values.size() / 2).findFirst().orElseThrow();
    }
  }

  /** Prints each round and the medians. The first round warms up and does not count. */
  public static void main(String[] arguments) throws Exception {
    RabbitMqServer server = RabbitMqServer.shared();
    Duel out = new Duel("out");
    Duel in = new Duel("in");
    for (int i = 0; i <= ROUNDS; i++) {
      out.round(i > 0, bareOut(server), routeOut(server));
      in.round(i > 0, bareIn(server), routeIn(server));
    }
    out.medians();
    in.medians();
    System.exit(0);
  }

  private static Result bareOut(RabbitMqServer server) {
    String queue = UUID.randomUUID().toString();
    return server.on(
        channel -> {
          channel.queueDeclare(queue, false, false, false, null);
          Stopwatch watch = new Stopwatch();
          publish(channel, queue);
          Result pace = watch.stop();
          channel.queueDelete(queue);
          return pace;
        });
  }

  /** Publishes with a window of unconfirmed messages. */
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

  private static Result routeOut(RabbitMqServer server) throws Exception {
    String queue = UUID.randomUUID().toString();
    String route =
        "[{address: out, routing-key: %s, durable: false, persistent: false, window: %d}]";
    try (Bridge bridge = Bridge.start(server.uri(), route.formatted(queue, WINDOW)).awaitOpen()) {
      Semaphore window = new Semaphore(2 * WINDOW);
      String body = new String(BODY, UTF_8);
      Stopwatch watch = new Stopwatch();
      for (int i = 0; i < MESSAGES; i++) {
        window.acquire();
        bridge.bus().request("out", body).onComplete(confirmed -> window.release());
      }
      window.acquire(2 * WINDOW);
      Result pace = watch.stop();
      server.on(channel -> channel.queueDelete(queue));
      return pace;
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

  /** Acknowledges each message, as most clients do. */
  private static Result bareIn(RabbitMqServer server) {
    String queue = filled(server);
    return server.on(
        channel -> {
          CountDownLatch all = new CountDownLatch(MESSAGES);
          channel.basicQos(PREFETCH);
          Stopwatch watch = new Stopwatch();
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
          Result pace = watch.stop();
          channel.queueDelete(queue);
          return pace;
        });
  }

  private static Result routeIn(RabbitMqServer server) throws Exception {
    String queue = filled(server);
    CountDownLatch all = new CountDownLatch(MESSAGES);
    io.vertx.core.Vertx vertx = io.vertx.core.Vertx.vertx();
    vertx.eventBus().consumer("in", message -> all.countDown());
    String route = "[{queue: %s, address: in, durable: false, prefetch: %d}]";
    Stopwatch watch = new Stopwatch();
    try (Bridge bridge = Bridge.on(vertx, server.uri(), route.formatted(queue, PREFETCH))) {
      all.await();
      Result pace = watch.stop();
      bridge.await(b -> b.route(0).getInteger("confirmed") == MESSAGES);
      return pace;
    } finally {
      Bridge.wait(vertx.close());
      server.on(channel -> channel.queueDelete(queue));
    }
  }
}
