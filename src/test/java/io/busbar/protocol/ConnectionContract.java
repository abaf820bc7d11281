package io.busbar.protocol;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.busbar.TestGateway;
import io.busbar.config.ChannelRule.Overflow;
import io.vertx.core.eventbus.DeliveryOptions;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * Tests for every protocol, also for those whose clients do not choose their channels. Clients hear
 * messages, and a slow or dead client or a stopping node harms nobody else.
 */
public abstract class ConnectionContract {
  static final Duration PATIENCE = Duration.ofSeconds(20);

  /** Text that compression does not make much smaller. */
  static final String PADDING = "x" + noise(16 << 10);

  static final String PERMISSIONS =
      "permissions=[{address: 'public.#', allow: [subscribe, publish, send]},"
          + " {address: 'deaf.*', allow: [publish]}, {address: echo, allow: [send]}]";
  static final String TCP_BRIDGE = "tcp-bridge.enabled=true";
  static final String PUSHER = "pusher.apps=[{id: '3', key: demo-key, secret: demo-secret}]";
  private static final String CHANNELS =
      "channels=[{address: public.oldest, overflow: drop-oldest},"
          + " {address: public.latest, overflow: latest},"
          + " {address: public.greeted, snapshot: greeter},"
          + " {address: public.here, presence: true},"
          + " {address: public.kept, history: {}}]";

  protected TestGateway gateway;
  private final List<ContractClient> clients = new ArrayList<>();

  /** Returns a new client of the protocol under test. */
  protected abstract ContractClient connect(TestGateway gateway) throws Exception;

  /** Returns a new client of another protocol. */
  protected abstract ContractClient other(TestGateway gateway) throws Exception;

  @BeforeEach
  void startGateway() {
    startGateway("2s");
  }

  private void startGateway(String disconnectDelay) {
    List<String> all =
        new ArrayList<>(
            List.of(
                TCP_BRIDGE,
                PERMISSIONS,
                CHANNELS,
                PUSHER,
                "workers=[{address: public.work}]",
                "limits.outbox=256KiB",
                "sockjs.disconnect-delay=" + disconnectDelay,
                "socketio.ping-interval=1s",
                "socketio.ping-timeout=" + disconnectDelay,
                "shutdown.timeout=5s"));
    all.addAll(settings());
    gateway = TestGateway.start(all.toArray(String[]::new));
  }

  private static String noise(int size) {
    byte[] bytes = new byte[size * 3 / 4];
    new Random(17).nextBytes(bytes);
    return Base64.getEncoder().encodeToString(bytes);
  }

  /** Starts a gateway with a lower limit. */
  final TestGateway strict(String limit) {
    List<String> all = new ArrayList<>(List.of(TCP_BRIDGE, PERMISSIONS, PUSHER, limit));
    all.addAll(settings());
    return TestGateway.start(all.toArray(String[]::new));
  }

  /** Returns settings that the protocol under test needs in addition. */
  protected List<String> settings() {
    return List.of();
  }

  /** The gateway closes first, because it would wait for a polling client that is gone. */
  @AfterEach
  void stopGateway() {
    gateway.close();
    clients.forEach(ContractClient::close);
  }

  protected ContractClient client() {
    return opened(() -> connect(gateway));
  }

  ContractClient otherClient() {
    return opened(() -> other(gateway));
  }

  private ContractClient opened(Callable<ContractClient> how) {
    try {
      ContractClient client = how.call();
      clients.add(client);
      return client;
    } catch (Exception e) {
      throw new AssertionError(e);
    }
  }

  /**
   * Starts a gateway that keeps sessions of slow pollers. While such a client reads a received
   * answer, its session has no receiver.
   */
  void waitForSlowReaders() {
    gateway.close();
    startGateway("1m");
  }

  ContractClient connectTo(TestGateway strict) {
    return opened(() -> connect(strict));
  }

  @Test
  void subscriberReceivesMessages() {
    ContractClient client = client();
    client.subscribe("public.a");
    gateway.bus().publish("public.a", new JsonObject().put("n", 1));
    assertThat(client.next("public.a")).isEqualTo(new JsonObject().put("n", 1));
  }

  @Test
  void slowReaderIsDisconnected() {
    waitForSlowReaders();
    ContractClient slow = client();
    ContractClient quick = client();
    slow.subscribe("public.a");
    quick.subscribe("public.a");
    slow.stopReading();
    int sent = 0;
    while (gateway.counters().disconnectedCount(1008) == 0 && sent < 5000) {
      gateway.bus().publish("public.a", sent + PADDING);
      assertThat((String) quick.next("public.a")).startsWith(sent + "x");
      sent++;
    }
    assertThat(gateway.counters().disconnectedCount(1008)).isEqualTo(1);
    assertThat(gateway.counters().droppedCount(Overflow.DISCONNECT)).isPositive();
    await().atMost(PATIENCE).until(() -> gateway.counters().subscriptionCount() == 1);
    assertThat(gateway.counters().outboxByteCount()).isZero();
    slow.readAgain();
    assertThat(slow.closeCode()).isIn(slow.closeCodeFor(1008), 1006);
  }

  @Test
  void resetConnectionLeavesNothingBehind() {
    ContractClient client = client();
    ContractClient witness = client();
    client.subscribe("public.a");
    client.subscribe("public.b");
    witness.subscribe("public.a");
    CompletableFuture<Object> closed = new CompletableFuture<>();
    gateway.bus().<String>localConsumer("busbar.session.closed", id -> closed.complete(id.body()));
    client.die();
    await().atMost(PATIENCE).until(() -> gateway.counters().sessionCount() == 1);
    await().atMost(PATIENCE).until(() -> gateway.counters().channelCount() == 1);
    assertThat(gateway.counters().subscriptionCount()).isEqualTo(1);
    assertThat(closed).succeedsWithin(PATIENCE);
    gateway.bus().publish("public.a", "still alive");
    assertThat(witness.next("public.a")).isEqualTo("still alive");
  }

  @Test
  void shutdownIsAnnouncedToClients() {
    ContractClient client = client();
    client.subscribe("public.a");
    TestGateway.await(
        gateway.hub().close(io.busbar.hub.Disconnect.SHUTDOWN, java.time.Duration.ZERO));
    assertThat(client.closeCode()).isEqualTo(client.closeCodeFor(1001));
    await().atMost(PATIENCE).until(() -> gateway.counters().sessionCount() == 0);
  }

  @Test
  void everyKindOfBodyArrives() {
    ContractClient client = client();
    client.subscribe("public.a");
    List<Object> bodies =
        List.of(
            new JsonObject().put("a", new JsonArray().add(1).addNull()),
            new JsonArray().add("x"),
            "text \u2028 \"quoted\" \\ \uD83D\uDE00 \u0001",
            42,
            -0.5,
            true);
    bodies.forEach(body -> gateway.bus().publish("public.a", body));
    for (Object body : bodies) {
      assertThat(client.next("public.a")).isEqualTo(body);
    }
  }

  @Test
  void twoSubscriptionsAreIndependent() {
    ContractClient client = client();
    client.subscribe("public.a");
    client.subscribe("public.b");
    gateway.bus().publish("public.a", "a");
    gateway.bus().publish("public.b", "b");
    assertThat(client.next("public.b")).isEqualTo("b");
    assertThat(client.next("public.a")).isEqualTo("a");
  }

  @Test
  void manySubscribersCostOneRegistration() {
    for (int i = 0; i < 20; i++) {
      client().subscribe("public.a");
    }
    assertThat(gateway.counters().subscriptionCount()).isEqualTo(20);
    assertThat(gateway.counters().channelCount()).isEqualTo(1);
  }

  @Test
  void messageWithAForgedSessionHeaderIsDelivered() {
    ContractClient client = client();
    client.subscribe("public.a");
    DeliveryOptions options =
        new DeliveryOptions().addHeader("colour", "green").addHeader("session", "forged");
    gateway.bus().publish("public.a", "with headers", options);
    assertThat(client.next("public.a")).isEqualTo("with headers");
  }
}
