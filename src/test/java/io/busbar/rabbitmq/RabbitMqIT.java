package io.busbar.rabbitmq;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.rabbitmq.client.GetResponse;
import com.rabbitmq.client.MessageProperties;
import io.busbar.BusbarProcess;
import io.vertx.core.Vertx;
import io.vertx.core.http.WebSocket;
import io.vertx.core.http.WebSocketClient;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Tests whole processes with a RabbitMQ, which are killed in the middle. */
final class RabbitMqIT {
  private static final int MESSAGES = 20_000;
  private static final int HANDLED = 3_000;
  private static final int PREFETCH = 200;

  private static RabbitMqServer server;
  private static Vertx vertx;

  /** Kept in a field, because Vert.x closes a client that is garbage-collected. */
  private static WebSocketClient client;

  private final String queue = "q-" + UUID.randomUUID();

  @BeforeAll
  static void start() {
    server = RabbitMqServer.shared();
    vertx = Vertx.vertx();
    client = vertx.createWebSocketClient();
  }

  @AfterAll
  static void stop() {
    if (vertx != null) {
      Bridge.wait(vertx.close());
    }
  }

  private BusbarProcess.Options gateway(String routes, int answers) {
    return BusbarProcess.options()
        .withTestClasses()
        .set("rabbitmq.uri", server.uri())
        .set("rabbitmq.routes", routes.formatted(queue))
        .set(
            "features",
            "[{verticle: %s, config: {answers: %d}}]".formatted(Recorder.class.getName(), answers));
  }

  private static List<String> taken(BusbarProcess gateway) {
    return gateway.outLines().stream()
        .filter(line -> line.startsWith(Recorder.TOOK))
        .map(line -> line.substring(Recorder.TOOK.length()))
        .toList();
  }

  @Test
  void killedGatewayLosesNoMessage() {
    server.on(channel -> channel.queueDeclare(queue, true, false, false, null));
    fill();
    String routes =
        "[{queue: %1$s, address: recorder, deliver: request, answer-timeout: 10m, prefetch: "
            + PREFETCH
            + "}, {address: public.out, routing-key: %1$s.out}]";
    Set<Integer> confirmed;
    List<String> before;
    try (BusbarProcess first = gateway(routes, HANDLED).start();
        RequestClient asker = new RequestClient(first)) {
      await()
          .atMost(Bridge.PATIENCE)
          .until(() -> taken(first).size() == HANDLED + PREFETCH && asker.confirmed.size() > 100);
      first.kill();
      first.exitCode();
      confirmed = Set.copyOf(asker.confirmed);
      before = taken(first);
    }
    assertThat(before).noneMatch(line -> line.endsWith(Recorder.AGAIN));

    List<String> after;
    try (BusbarProcess second = gateway(routes, Integer.MAX_VALUE).start()) {
      await()
          .atMost(Bridge.PATIENCE)
          .until(() -> server.on(channel -> channel.messageCount(queue)) == 0);
      await()
          .atMost(Bridge.PATIENCE)
          .until(() -> numbers(before, taken(second)).size() == MESSAGES);
      second.terminate();
      second.exitCode();
      after = taken(second);
    }
    Set<String> answered = new HashSet<>(before.subList(0, HANDLED));
    Set<String> unanswered = new HashSet<>(before.subList(HANDLED, before.size()));
    List<String> again =
        after.stream()
            .filter(line -> line.endsWith(Recorder.AGAIN))
            .map(line -> line.substring(0, line.length() - Recorder.AGAIN.length()))
            .toList();
    // without an acknowledgement, the prefetch allows no more than these
    assertThat(again).containsExactlyInAnyOrderElementsOf(unanswered).hasSize(PREFETCH);
    assertThat(after).doesNotContainAnyElementsOf(answered).hasSize(MESSAGES - HANDLED);
    // RabbitMQ may answer this before it has handled the acknowledgements.
    await()
        .atMost(Bridge.PATIENCE)
        .until(() -> server.<Long>on(channel -> channel.messageCount(queue)) == 0);
    assertThat(outNumbers()).containsAll(confirmed);
  }

  private static Set<String> numbers(List<String> before, List<String> after) {
    Set<String> numbers = new HashSet<>(before);
    after.forEach(line -> numbers.add(line.split(" ", 2)[0]));
    return numbers;
  }

  private void fill() {
    server.on(
        channel -> {
          channel.confirmSelect();
          for (int i = 0; i < MESSAGES; i++) {
            byte[] body = String.valueOf(i).getBytes(UTF_8);
            channel.basicPublish("", queue, MessageProperties.PERSISTENT_TEXT_PLAIN, body);
          }
          channel.waitForConfirmsOrDie(60_000);
          return null;
        });
  }

  private Set<Integer> outNumbers() {
    return server.on(
        channel -> {
          Set<Integer> numbers = new HashSet<>();
          for (GetResponse got = channel.basicGet(queue + ".out", true);
              got != null;
              got = channel.basicGet(queue + ".out", true)) {
            numbers.add(Integer.parseInt(new String(got.getBody(), UTF_8)));
          }
          return numbers;
        });
  }

  /**
   * A client of the bridge that waits for a confirm of each number, with ten open requests at a
   * time.
   */
  private static final class RequestClient implements AutoCloseable {
    private final Set<Integer> confirmed = ConcurrentHashMap.newKeySet();
    private final WebSocket socket;
    private final AtomicInteger last = new AtomicInteger();

    RequestClient(BusbarProcess gateway) {
      socket = Bridge.wait(client.connect(gateway.httpPort(), "127.0.0.1", "/eventbus/websocket"));
      socket.textMessageHandler(this::onFrame);
      for (int i = 0; i < 10; i++) {
        ask();
      }
    }

    private void onFrame(String text) {
      JsonObject frame = new JsonObject(text);
      if (!"err".equals(frame.getString("type"))) {
        confirmed.add(Integer.parseInt(frame.getString("address")));
      }
      ask();
    }

    private void ask() {
      int number = last.incrementAndGet();
      socket.writeTextMessage(
          new JsonObject()
              .put("type", "send")
              .put("address", "public.out")
              .put("replyAddress", "" + number)
              .put("body", number)
              .encode());
    }

    @Override
    public void close() {
      socket.close();
    }
  }

  @Test
  void pricesComeFromDaemonsBehindRabbitMq() {
    Map<String, Object> soon = Map.of("x-message-ttl", 5000);
    server.on(channel -> channel.queueDeclare("stocks.work", true, false, false, soon));
    try (BusbarProcess gateway = options("config/rabbitmq.yaml").start();
        Listener sockJs = Listener.ofSockJs(gateway);
        Listener stomp = Listener.ofStomp(gateway)) {
      await().atMost(Bridge.PATIENCE).until(() -> count("stocks.work") > 0);
      assertThat(sockJs.prices() + stomp.prices()).as("prices without a daemon").isZero();
      try (BusbarProcess one = options("config/quotes.yaml", "quotes").start();
          BusbarProcess two = options("config/quotes.yaml", "quotes").start()) {
        assertThat(one.readyLine()).endsWith("quotes for stocks.work");
        await().atMost(Bridge.PATIENCE).until(() -> consumers("stocks.work") == 2);
        await().atMost(Bridge.PATIENCE).until(() -> sockJs.prices() > 0 && stomp.prices() > 0);
        two.kill();
        two.exitCode();
        await().atMost(Bridge.PATIENCE).until(() -> consumers("stocks.work") == 1);
        int received = sockJs.prices();
        int heardToo = stomp.prices();
        await()
            .atMost(Bridge.PATIENCE)
            .until(() -> sockJs.prices() > received + 1 && stomp.prices() > heardToo + 1);
      }
    }
  }

  private static BusbarProcess.Options options(String config, String... command) {
    return BusbarProcess.options()
        .arguments(command)
        .arguments("--config", config)
        .set("rabbitmq.uri", server.uri());
  }

  private static long count(String queue) {
    return server.on(channel -> channel.messageCount(queue));
  }

  private static long consumers(String queue) {
    return server.on(channel -> channel.consumerCount(queue));
  }

  /** A client that listens to a price. */
  private static final class Listener implements AutoCloseable {
    private final Queue<String> received = new ConcurrentLinkedQueue<>();
    private final WebSocket socket;

    private Listener(BusbarProcess gateway, String path, String... said) {
      socket = Bridge.wait(client.connect(gateway.httpPort(), "127.0.0.1", path));
      socket.textMessageHandler(received::add);
      for (String text : said) {
        socket.writeTextMessage(text);
      }
    }

    static Listener ofSockJs(BusbarProcess gateway) {
      return new Listener(
          gateway,
          "/eventbus/000/" + UUID.randomUUID() + "/websocket",
          "[\"{\\\"type\\\":\\\"register\\\",\\\"address\\\":\\\"stocks.AAPL\\\"}\"]");
    }

    static Listener ofStomp(BusbarProcess gateway) {
      return new Listener(
          gateway,
          "/stomp",
          "CONNECT\naccept-version:1.2\nhost:h\n\n\0",
          "SUBSCRIBE\nid:1\ndestination:/topic/stocks.*\n\n\0");
    }

    int prices() {
      List<String> all = new ArrayList<>(received);
      return (int)
          all.stream().filter(text -> text.contains("AAPL") && text.contains("price")).count();
    }

    @Override
    public void close() {
      socket.close();
    }
  }
}
