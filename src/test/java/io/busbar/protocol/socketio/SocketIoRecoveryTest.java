package io.busbar.protocol.socketio;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.busbar.TestGateway;
import io.busbar.cluster.TestCluster;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Clients that come back to another node while others publish. */
final class SocketIoRecoveryTest {
  private static final String MAP = "busbar.socketio.recovery";
  private static final int CHANNELS = 3;
  private static final int TIMES = 3;
  private static final int PIECE = 200;
  private static final String[] SETTINGS = {
    "channels=[{address: 'public.#', history: {messages: 100000, size: 64MiB}}]",
    "socketio.recovery=1m",
    "socketio.ping-interval=1s",
    "socketio.ping-timeout=1s",
    "shutdown.spread=0s"
  };

  private final TestCluster cluster = new TestCluster();
  private final AtomicBoolean stop = new AtomicBoolean();
  private final Semaphore ahead = new Semaphore(PIECE);
  private Thread publisher;

  /** The events of each channel that the client has got, in order. */
  private final Map<String, List<Integer>> received = new HashMap<>();

  private String id;
  private String secret;
  private String last;

  @AfterEach
  void end() throws InterruptedException {
    stop.set(true);
    ahead.release(CHANNELS);
    if (publisher != null) {
      publisher.join();
    }
    cluster.close();
  }

  /** One connection of the client. */
  private final class Connection implements AutoCloseable {
    private final EnginePipe pipe;
    private final BlockingQueue<String> packets = new LinkedBlockingQueue<>();

    private Connection(EnginePipe pipe) {
      this.pipe = pipe;
      pipe.receiver(packets::add);
    }

    private JsonObject enter(JsonObject auth) throws InterruptedException {
      pipe.send("0" + (auth == null ? "" : auth.encode()));
      return new JsonObject(next().substring(1));
    }

    private String next() throws InterruptedException {
      String packet = packets.poll(20, TimeUnit.SECONDS);
      assertThat(packet).as("a packet").isNotNull();
      return packet;
    }

    /** Reads that many events, also those that came before an answer. */
    private void hear(int count) throws InterruptedException {
      for (int i = 0; i < count; i++) {
        take(next());
      }
    }

    private void take(String packet) {
      assertThat(packet).startsWith("2[");
      JsonArray event = new JsonArray(packet.substring(1));
      received.computeIfAbsent(event.getString(0), c -> new ArrayList<>()).add(event.getInteger(1));
      last = event.getString(3);
      ahead.release();
    }

    private void subscribe(String address) throws InterruptedException {
      pipe.send("21[\"subscribe\",\"" + address + "\"]");
      for (String packet = next(); !packet.equals("31[null]"); packet = next()) {
        take(packet);
      }
    }

    /** Drops the connection; events in flight are lost. */
    private void die() {
      pipe.die();
    }

    @Override
    public void close() {
      pipe.close();
    }
  }

  private Connection connect(TestGateway node, String transport) {
    int port = node.httpPort();
    return new Connection(
        transport.equals("polling") ? EnginePipe.polling(port) : EnginePipe.webSocket(port));
  }

  /** Publishes while the client reads, a little ahead of it. */
  private void publishUntilStopped(TestGateway node) {
    publisher =
        new Thread(
            () -> {
              for (int i = 0; !stop.get(); i++) {
                for (int channel = 0; channel < CHANNELS; channel++) {
                  node.bus().publish("public.s" + channel, i);
                }
                ahead.acquireUninterruptibly(CHANNELS);
              }
            });
    publisher.start();
  }

  private void connectAndSubscribe(Connection connection) throws InterruptedException {
    JsonObject in = connection.enter(null);
    id = in.getString("sid");
    secret = in.getString("pid");
    for (int i = 0; i < CHANNELS; i++) {
      connection.subscribe("public.s" + i);
    }
  }

  private void assertRecovered(Connection connection) throws InterruptedException {
    JsonObject in = connection.enter(new JsonObject().put("pid", secret).put("offset", last));
    assertThat(in.getString("sid")).isEqualTo(id);
    assertThat(in.getString("pid")).isEqualTo(secret);
  }

  private void awaitSessionStored(TestGateway node) {
    await()
        .atMost(Duration.ofSeconds(20))
        .until(() -> node.hazelcast().getMap(MAP).containsKey(secret));
  }

  private void assertGapless() {
    assertThat(received).hasSize(CHANNELS);
    received.forEach(
        (channel, numbers) ->
            assertThat(numbers)
                .as(channel)
                .containsExactlyElementsOf(
                    IntStream.range(numbers.get(0), numbers.get(0) + numbers.size())
                        .boxed()
                        .toList()));
  }

  @ParameterizedTest
  @ValueSource(strings = {"websocket", "polling"})
  void recoveredClientReceivesEveryEventOnce(String transport) throws Exception {
    List<TestGateway> nodes = List.of(cluster.startHere(SETTINGS), cluster.startHere(SETTINGS));
    Connection connection = connect(nodes.get(0), transport);
    connectAndSubscribe(connection);
    publishUntilStopped(nodes.get(0));
    for (int i = 1; i <= TIMES; i++) {
      connection.hear(PIECE);
      connection.die();
      TestGateway next = nodes.get(i % 2);
      awaitSessionStored(next);
      connection = connect(next, transport);
      assertRecovered(connection);
    }
    connection.hear(PIECE);
    connection.close();
    assertGapless();
  }

  @Test
  void clientRecoversAfterRepeatedDisconnects() throws Exception {
    TestGateway node = cluster.startHere(SETTINGS);
    Connection connection = connect(node, "websocket");
    connectAndSubscribe(connection);
    publishUntilStopped(node);
    connection.hear(PIECE);
    for (int i = 0; i < 5; i++) {
      connection.die();
      awaitSessionStored(node);
      connection = connect(node, "websocket");
      assertRecovered(connection);
    }
    connection.hear(PIECE);
    connection.close();
    assertGapless();
  }

  @Test
  void clientOfAStoppedNodeRecoversOnAnotherNode() throws Exception {
    TestGateway stays = cluster.startHere(SETTINGS);
    TestGateway ends = cluster.startHere(SETTINGS);
    Connection connection = connect(ends, "websocket");
    connectAndSubscribe(connection);
    publishUntilStopped(stays);
    connection.hear(PIECE);
    ends.close();
    awaitSessionStored(stays);
    try (Connection other = connect(stays, "websocket")) {
      assertRecovered(other);
      other.hear(PIECE);
    }
    assertGapless();
  }

  @Test
  void recoverySecretIsValidOnlyOnce() throws Exception {
    TestGateway node = cluster.startHere(SETTINGS);
    Connection connection = connect(node, "websocket");
    connectAndSubscribe(connection);
    connection.die();
    awaitSessionStored(node);
    try (Connection first = connect(node, "websocket");
        Connection second = connect(node, "websocket");
        Connection third = connect(node, "websocket")) {
      assertRecovered(first);
      JsonObject again = second.enter(new JsonObject().put("pid", secret));
      assertThat(again.getString("sid")).isNotEqualTo(id);
      assertThat(again.getString("pid")).isNotEqualTo(secret);
      JsonObject bad =
          third.enter(new JsonObject().put("pid", new JsonArray().add(1)).put("offset", -1));
      assertThat(bad.getString("pid")).isNotEqualTo(secret);
    }
  }
}
