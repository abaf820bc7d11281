package io.busbar.protocol;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.busbar.TestGateway;
import io.busbar.config.Config.Overflow;
import io.busbar.hub.Refusal;
import io.vertx.core.eventbus.DeliveryOptions;
import io.vertx.core.eventbus.Message;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * What every protocol must do. A protocol's test extends this and says how its clients speak; its
 * {@link #other} client is of a different protocol, for messages that cross.
 */
public abstract class ProtocolContract {
  private static final Duration PATIENCE = Duration.ofSeconds(20);
  private static final String PADDING = "x".repeat(16 << 10);

  private static final String PERMISSIONS =
      "permissions=[{address: 'public.#', allow: [subscribe, publish, send]},"
          + " {address: 'deaf.*', allow: [publish]}, {address: echo, allow: [send]}]";
  private static final String CHANNELS =
      "channels=[{address: public.oldest, overflow: drop-oldest},"
          + " {address: public.latest, overflow: latest},"
          + " {address: public.greeted, snapshot: greeter}]";

  protected TestGateway gateway;
  private final List<ContractClient> clients = new ArrayList<>();

  /** A new client of the protocol under test. */
  protected abstract ContractClient connect(TestGateway gateway) throws Exception;

  /** A new client of another protocol. */
  protected abstract ContractClient other(TestGateway gateway) throws Exception;

  @BeforeEach
  void startGateway() {
    startGateway("2s");
  }

  private void startGateway(String disconnectDelay) {
    gateway =
        TestGateway.start(
            PERMISSIONS,
            CHANNELS,
            "limits.outbox=256KiB",
            "sockjs.disconnect-delay=" + disconnectDelay,
            "shutdown.timeout=5s");
  }

  /** Who takes long to read an answer that the kernel has taken is not here for the gateway. */
  private void waitForSlowReaders() {
    gateway.close();
    startGateway("1m");
  }

  @AfterEach
  void stopGateway() {
    clients.forEach(ContractClient::close);
    gateway.close();
  }

  protected ContractClient client() {
    try {
      ContractClient client = connect(gateway);
      clients.add(client);
      return client;
    } catch (Exception e) {
      throw new AssertionError(e);
    }
  }

  private ContractClient otherClient() {
    try {
      ContractClient client = other(gateway);
      clients.add(client);
      return client;
    } catch (Exception e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void whoSubscribesHears() {
    ContractClient client = client();
    client.subscribe("public.a");
    gateway.bus().publish("public.a", new JsonObject().put("n", 1));
    assertThat(client.next("public.a")).isEqualTo(new JsonObject().put("n", 1));
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
  void aBodyThatNoClientCanBeToldHarmsNothing() {
    ContractClient client = client();
    client.subscribe("public.a");
    gateway.bus().registerDefaultCodec(Locale.class, new UnspeakableCodec());
    gateway.bus().publish("public.a", Locale.ROOT);
    gateway.bus().publish("public.a", "after");
    assertThat(client.next("public.a")).isEqualTo("after");
    assertThat(gateway.counters().undeliverableCount()).isEqualTo(1);
  }

  @Test
  void whoIsNotSubscribedHearsNothing() {
    ContractClient client = client();
    client.subscribe("public.a");
    gateway.bus().publish("public.b", "not for you");
    gateway.bus().publish("public.a", "for you");
    assertThat(client.next("public.a")).isEqualTo("for you");
    assertThat(client.waiting("public.b")).isZero();
  }

  @Test
  void whoUnsubscribedHearsNothingMore() {
    ContractClient client = client();
    client.subscribe("public.a");
    client.subscribe("public.b");
    client.unsubscribe("public.a");
    await().atMost(PATIENCE).until(() -> gateway.counters().channelCount() == 1);
    gateway.bus().publish("public.a", "too late");
    gateway.bus().publish("public.b", "still here");
    assertThat(client.next("public.b")).isEqualTo("still here");
    assertThat(client.waiting("public.a")).isZero();
  }

  @Test
  void aClientHearsWhatItPublishesRightAfterItSubscribed() {
    ContractClient client = client();
    client.subscribe("public.a");
    client.publish("public.a", "own");
    assertThat(client.next("public.a")).isEqualTo("own");
  }

  @Test
  void orderIsKeptPerSenderAndReceiver() {
    ContractClient sender = client();
    ContractClient receiver = client();
    receiver.subscribe("public.a");
    for (int i = 0; i < 500; i++) {
      sender.publish("public.a", i);
    }
    for (int i = 0; i < 500; i++) {
      assertThat(receiver.next("public.a")).isEqualTo(i);
    }
  }

  @Test
  void publishingWithoutPermissionIsRefused() {
    CompletableFuture<Object> heard = new CompletableFuture<>();
    gateway.bus().consumer("secret", message -> heard.complete(message.body()));
    ContractClient client = client();
    client.publish("secret", "let me in");
    assertThat(client.nextError()).containsIgnoringCase("denied");
    assertThat(gateway.counters().refusedCount(Refusal.ACCESS_DENIED)).isEqualTo(1);
    assertThat(heard).isNotDone();
  }

  @Test
  void subscribingWithoutPermissionIsRefused() {
    ContractClient client = client();
    client.subscribe("deaf.a");
    assertThat(client.nextError()).containsIgnoringCase("denied");
    assertThat(gateway.counters().subscriptionCount()).isZero();
  }

  @Test
  void whoSentIsToldToFeaturesAndCannotBeForged() throws Exception {
    CompletableFuture<Message<Object>> heard = new CompletableFuture<>();
    gateway.bus().consumer("public.feature", heard::complete);
    client().publish("public.feature", "who am I");
    Message<Object> message = heard.get(20, java.util.concurrent.TimeUnit.SECONDS);
    assertThat(message.headers().get("session")).hasSize(36);
    assertThat(message.headers().get("protocol")).isNotEmpty();
    assertThat(message.headers().get("user")).isNull();
  }

  @Test
  void sendReachesOne() {
    ContractClient one = client();
    ContractClient two = client();
    one.subscribe("public.a");
    two.subscribe("public.a");
    for (int i = 0; i < 10; i++) {
      gateway.bus().send("public.a", i);
    }
    await().atMost(PATIENCE).until(() -> one.waiting("public.a") + two.waiting("public.a") == 10);
    assertThat(one.waiting("public.a")).isEqualTo(5);
  }

  @Test
  void aClientsRequestIsAnswered() {
    assertThat(client().request("echo", new JsonObject().put("q", 1)))
        .isEqualTo(new JsonObject().put("q", 1));
  }

  @Test
  void aRequestThatNobodyTakesFails() {
    ContractClient client = client();
    assertThatThrownBy(() -> client.request("public.nobody", "hello?"))
        .isInstanceOf(AssertionError.class)
        .hasMessageContaining("No handlers");
  }

  @Test
  void aRequestWithoutPermissionFails() {
    ContractClient client = client();
    assertThatThrownBy(() -> client.request("secret", "hello?"))
        .isInstanceOf(AssertionError.class)
        .hasMessageContaining("denied");
  }

  @Test
  void aClientAnswersRequests() {
    ContractClient client = client();
    client.answer("public.ask", question -> "answer to " + question);
    Message<Object> answer = TestGateway.await(gateway.bus().request("public.ask", "it"));
    assertThat(answer.body()).isEqualTo("answer to it");
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
  void aNewSubscriberHearsTheSnapshotFirst() {
    gateway.bus().consumer("greeter", message -> message.reply("welcome to " + message.body()));
    ContractClient client = client();
    client.subscribe("public.greeted");
    assertThat(client.next("public.greeted")).isEqualTo("welcome to public.greeted");
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
    assertThat(slow.goodbye()).isIn(1008, 1006);
  }

  @Test
  void slowReaderLosesTheOldest() {
    int heard = slowlyHeard("public.oldest");
    long dropped = gateway.counters().droppedCount(Overflow.DROP_OLDEST);
    assertThat(dropped).isPositive();
    assertThat(heard + dropped).isEqualTo(3001);
  }

  @Test
  void slowReaderKeepsTheLatest() {
    int heard = slowlyHeard("public.latest");
    long dropped = gateway.counters().droppedCount(Overflow.LATEST);
    assertThat(dropped).isPositive();
    assertThat(heard + dropped).isEqualTo(3001);
  }

  /** Publishes 3,001 messages to a client that does not read, then counts what it hears. */
  private int slowlyHeard(String address) {
    waitForSlowReaders();
    ContractClient slow = client();
    ContractClient quick = client();
    slow.subscribe(address);
    quick.subscribe("public.quick");
    slow.stopReading();
    for (int i = 0; i < 3000; i++) {
      gateway.bus().publish(address, i + PADDING);
    }
    gateway.bus().publish("public.quick", "unharmed");
    assertThat(quick.next("public.quick")).isEqualTo("unharmed");
    gateway.bus().publish(address, 3000 + PADDING);
    await().atMost(PATIENCE).until(() -> gateway.counters().droppedCount() > 0);
    assertThat(gateway.counters().outboxByteCount()).isLessThanOrEqualTo(256 << 10);
    slow.readAgain();
    int count = 0;
    int last = -1;
    while (last < 3000) {
      String body = (String) slow.next(address);
      int number = Integer.parseInt(body.substring(0, body.indexOf('x')));
      assertThat(number).isGreaterThan(last);
      last = number;
      count++;
    }
    return count;
  }

  @Test
  void aSocketThatDiesInTheMiddleLeavesNothingBehind() {
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
  void aRequestToADeadClientGoesToTheNext() {
    ContractClient dying = client();
    ContractClient living = client();
    dying.answer("public.ask", question -> "from the dead");
    living.answer("public.ask", question -> "from the living");
    dying.die();
    await().atMost(PATIENCE).until(() -> gateway.counters().sessionCount() == 1);
    for (int i = 0; i < 4; i++) {
      Message<Object> answer = TestGateway.await(gateway.bus().request("public.ask", "who"));
      assertThat(answer.body()).isEqualTo("from the living");
    }
  }

  @Test
  void shutdownSaysGoodbye() {
    ContractClient client = client();
    client.subscribe("public.a");
    TestGateway.await(
        gateway.hub().close(io.busbar.hub.Disconnect.SHUTDOWN, java.time.Duration.ZERO));
    assertThat(client.goodbye()).isEqualTo(1001);
    await().atMost(PATIENCE).until(() -> gateway.counters().sessionCount() == 0);
  }

  @Test
  void aMessageCrossesToAnotherProtocolAndBack() {
    ContractClient here = client();
    ContractClient there = otherClient();
    here.subscribe("public.a");
    there.subscribe("public.b");
    here.publish("public.b", new JsonObject().put("from", "here"));
    assertThat(there.next("public.b")).isEqualTo(new JsonObject().put("from", "here"));
    there.publish("public.a", new JsonObject().put("from", "there"));
    assertThat(here.next("public.a")).isEqualTo(new JsonObject().put("from", "there"));
  }

  @Test
  void headersOfAVerticleReachClientsButNotWhoSent() {
    ContractClient client = client();
    client.subscribe("public.a");
    DeliveryOptions options =
        new DeliveryOptions().addHeader("colour", "green").addHeader("session", "forged");
    gateway.bus().publish("public.a", "with headers", options);
    assertThat(client.next("public.a")).isEqualTo("with headers");
  }

  @Test
  void tooManyMessagesASecondAreRefused() {
    try (TestGateway strict = TestGateway.start(PERMISSIONS, "limits.messages-per-second=5")) {
      ContractClient client = connectTo(strict);
      for (int i = 0; i < 50; i++) {
        client.publish("public.a", i);
      }
      assertThat(client.nextError()).contains("too many messages");
      client.close();
    }
  }

  @Test
  void tooManySubscriptionsAreRefused() {
    try (TestGateway strict = TestGateway.start(PERMISSIONS, "limits.subscriptions=2")) {
      ContractClient client = connectTo(strict);
      client.subscribe("public.a");
      client.subscribe("public.b");
      client.subscribe("public.c");
      assertThat(client.nextError()).contains("too many subscriptions");
      client.close();
    }
  }

  private ContractClient connectTo(TestGateway strict) {
    try {
      return connect(strict);
    } catch (Exception e) {
      throw new AssertionError(e);
    }
  }
}
