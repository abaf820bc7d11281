package io.busbar.protocol.topics;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.busbar.TestGateway;
import io.busbar.hub.Refusal;
import io.busbar.protocol.FrameSocket;
import io.busbar.protocol.WebSocketPipe;
import io.busbar.protocol.bridge.BridgeContractClient;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.eventbus.DeliveryOptions;
import io.vertx.core.eventbus.Message;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The behaviour of a client over WebSocket. */
final class TopicsSessionTest {
  private static final Duration PATIENCE = Duration.ofSeconds(20);

  private final List<TopicsClient> clients = new ArrayList<>();
  private TestGateway gateway;

  @BeforeEach
  void start() {
    gateway =
        TestGateway.start(
            "limits.message-size=64KiB",
            "limits.address-length=50",
            "permissions=[{address: hub.secret.plan, allow: [publish]},"
                + " {address: 'hub.secret.#', deny: [subscribe, publish, send]},"
                + " {address: 'hub.some.#', authenticated: true, allow: [subscribe]},"
                + " {address: 'hub.mute.#', allow: [subscribe]},"
                + " {address: 'hub.node.#', allow: [subscribe, publish, send]},"
                + " {address: 'all.#', allow: [subscribe, publish, send]},"
                + " {address: echo, allow: [send]}]",
            "topics=[{path: /all, prefix: all., auth: false},"
                + " {path: /hub, prefix: hub., auth: false,"
                + " subscribe: ['secret.#', 'node.#', 'node.a.*', 'some.#', 'mute.#']},"
                + " {path: /nothing, auth: false},"
                + " {path: /safe, prefix: all.}]");
  }

  @AfterEach
  void stop() {
    clients.forEach(TopicsClient::close);
    gateway.close();
  }

  private TopicsClient client(String path) {
    TopicsClient client = new TopicsClient(WebSocketPipe.connect(gateway.httpPort(), path));
    clients.add(client);
    return client;
  }

  @Test
  void publishedMessageReachesAllClientsAndTheSender() {
    TopicsClient one = client("/all").started();
    TopicsClient other = client("/all").started();
    one.say("[\"node/relay/i2c0-38/set\", {\"state\": true}]");
    JsonObject said = new JsonObject().put("state", true);
    assertThat(other.on("node/relay/i2c0-38/set")).isEqualTo(said);
    assertThat(one.on("node/relay/i2c0-38/set")).isEqualTo(said);
  }

  @Test
  void clientThatHasNotStartedMayOnlyPublish() {
    TopicsClient quiet = client("/all");
    TopicsClient other = client("/all").started();
    quiet.say("[\"a\", 1]");
    assertThat(other.on("a")).isEqualTo(1);
    quiet.say("no pair");
    quiet.nextError();
    assertThat(quiet.heardNothing()).isTrue();
  }

  @Test
  void startingAgainHasNoEffect() {
    TopicsClient client = client("/all").started().start().start();
    client.say("[\"a\", 1]\n[\"a\", 2]");
    assertThat(client.on("a")).isEqualTo(1);
    assertThat(client.on("a")).isEqualTo(2);
    assertThat(gateway.counters().subscriptionCount()).isEqualTo(1);
    assertThat(client.errorCount()).isZero();
  }

  @Test
  void pairsInOneFrameAreSeparatedByNewlines() {
    TopicsClient client = client("/all");
    client.say(
        "\r\n[\"clown.talk/-/config/set\", {}]\n\n [\"a\", 1]\r\n[\"a\", 2]\n[3\n[\"a\", 4]");
    for (int number : List.of(1, 2, 4)) {
      assertThat(client.on("a")).isEqualTo(number);
    }
    assertThat(client.nextError()).isEqualTo("a line is a pair in JSON: [topic, payload]");
  }

  @Test
  void pairsBeyondAThousandInAFrameAreDropped() {
    TopicsClient client = client("/all").started();
    client.say("[\"a\", 1]\n".repeat(1001) + "\n\n");
    assertThat(client.nextError())
        .isEqualTo("a frame has at most 1000 pairs; those behind them are lost");
    client.say("[\"b\", 1]");
    client.on("b");
    assertThat(client.waiting("a")).isEqualTo(1000);
  }

  @Test
  void tooLargeFrameEndsTheConnection() {
    TopicsClient client = client("/all");
    client.say("[\"a\", \"" + "x".repeat(64 << 10) + "\"]");
    assertThat(client.closeCode()).isEqualTo(1009);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          {"a": 1}       | a line is a pair in JSON: [topic, payload]
          ["a"           | a line is a pair in JSON: [topic, payload]
          ["a"]          | a pair is [topic, payload], and the topic a string
          ["a", 1, 2]    | a pair is [topic, payload], and the topic a string
          [1, 2]         | a pair is [topic, payload], and the topic a string
          ["a//b", 1]    | a topic has no empty part
          ["", 1]        | a topic has no empty part
          ["a.b", 1]     | a topic has no . in it
          ["a/*", 1]     | a topic has no * in it
          ["#", 1]       | a topic has no # in it
          ["a", 1e999]   | body has a number that no message can hold: a
          """)
  void invalidFrameIsAnErrorAndTheConnectionStaysOpen(String frame, String words) {
    TopicsClient client = client("/all").started();
    client.say(frame);
    assertThat(client.nextError()).isEqualTo(words);
    client.say("[\"after\", 1]");
    assertThat(client.on("after")).isEqualTo(1);
    assertThat(client.heardNothing()).isTrue();
  }

  @Test
  void tooLongTopicIsRefused() {
    TopicsClient client = client("/all");
    client.say(new JsonArray().add("x".repeat(47)).add(1).encode());
    assertThat(client.nextError()).isEqualTo("the topic is too long");
    client.say(new JsonArray().add(String.join("/", "a".repeat(33).split(""))).add(1).encode());
    assertThat(client.nextError()).isEqualTo("the topic is too long");
  }

  @Test
  void binaryFrameIsAnErrorAndTheConnectionStaysOpen() throws Exception {
    try (FrameSocket socket = FrameSocket.connect(gateway.httpPort(), "/all")) {
      socket.send(FrameSocket.frame(FrameSocket.BINARY, "[\"a\", 1]".getBytes(UTF_8)));
      assertThat(socket.next().text())
          .isEqualTo("[\"clown.talk/-/error\",{\"message\":\"a pair is text, not binary\"}]");
      socket.text("[\"clown.talk/-/config/set\", {}]");
      assertThat(socket.next().text()).isEqualTo("[\"clown.talk/-/config/ok\",{\"ack\":false}]");
      socket.text("[\"a/b\", {\"c\": 1}]");
      assertThat(socket.next().text()).isEqualTo("[\"a/b\",{\"c\":1}]");
    }
  }

  @Test
  void messagesBeforeTheCloseFrameAreAnswered() throws Exception {
    try (FrameSocket socket = FrameSocket.connect(gateway.httpPort(), "/all")) {
      socket.text("[\"clown.talk/-/config/set\", {}]\n[\"a\", 1]\n[]");
      socket.send(FrameSocket.close(1000));
      assertThat(socket.untilClose().stream().map(FrameSocket.Frame::text).limit(3))
          .containsExactlyInAnyOrder(
              "[\"clown.talk/-/config/ok\",{\"ack\":false}]",
              "[\"a\",1]",
              "[\"clown.talk/-/error\",{\"message\":"
                  + "\"a pair is [topic, payload], and the topic a string\"}]");
    }
  }

  @Test
  void clientReceivesPermittedTopicsAndErrorsForOthers() {
    TopicsClient client = client("/hub").started();
    List<String> errors = List.of(client.nextError(), client.nextError());
    assertThat(errors)
        .containsExactly(
            "access denied: secret/# (subscribe)", "not logged in: some/# (subscribe)");
    gateway.bus().publish("hub.secret.plan", "not for you");
    gateway.bus().publish("hub.some.a", "not for you");
    gateway.bus().publish("other.a", "not for you");
    gateway.bus().publish("hub", "not for you");
    gateway.bus().publish("hub.node.b", "for you");
    assertThat(client.on("node/b")).isEqualTo("for you");
    assertThat(client.heardNothing()).isTrue();
  }

  @Test
  void messageThatMatchesTwoPatternsIsReceivedOnce() {
    TopicsClient client = client("/hub").started();
    gateway.bus().publish("hub.node.a.b", 1);
    gateway.bus().publish("hub.node.a.b", 2);
    gateway.bus().publish("hub.node.z", 3);
    assertThat(client.on("node/z")).isEqualTo(3);
    assertThat(client.on("node/a/b")).isEqualTo(1);
    assertThat(client.on("node/a/b")).isEqualTo(2);
    assertThat(client.heardNothing()).isTrue();
  }

  @Test
  void clientWithoutAnyPermissionReceivesAnError() throws Exception {
    TopicsClient client = client("/nothing").start();
    assertThat(client.nextError()).isEqualTo("access denied: # (subscribe)");
    assertThat(gateway.counters().subscriptionCount()).isZero();
  }

  @Test
  void publishingWithoutPermissionIsRefused() {
    CompletableFuture<Object> received = new CompletableFuture<>();
    for (String address : List.of("hub.mute.a", "hub.secret.a", "a", "busbar.sessions.end")) {
      gateway.bus().consumer(address, message -> received.complete(message.body()));
    }
    TopicsClient client = client("/hub");
    client.say("[\"mute/a\", 1]\n[\"secret/a\", 1]");
    assertThat(client.nextError()).isEqualTo("access denied: mute/a (publish)");
    assertThat(client.nextError()).isEqualTo("access denied: secret/a (publish)");
    TopicsClient bare = client("/nothing");
    bare.say("[\"a\", 1]\n[\"busbar/sessions/end\", {\"user\": \"demo\"}]");
    assertThat(bare.nextError()).isEqualTo("access denied: a (publish)");
    assertThat(bare.nextError()).isEqualTo("access denied: busbar/sessions/end (publish)");
    assertThat(gateway.counters().refusedCount(Refusal.REJECTED)).isEqualTo(1);
    assertThat(received).isNotDone();
  }

  @Test
  void featuresReceiveTheSessionAndProtocolOfTheSender() throws Exception {
    CompletableFuture<Message<Object>> received = new CompletableFuture<>();
    gateway.bus().consumer("hub.node.a", received::complete);
    client("/hub").say("[\"node/a\", [1]]");
    Message<Object> message = received.get(20, TimeUnit.SECONDS);
    assertThat(message.body()).isEqualTo(new JsonArray().add(1));
    assertThat(message.headers().get("protocol")).isEqualTo("topics");
    assertThat(message.headers().get("session")).hasSize(36);
    assertThat(message.replyAddress()).isNull();
  }

  @Test
  void sentMessagesAndInvalidTopicsAreNotDelivered() {
    TopicsClient client = client("/all").started();
    for (String address : List.of("all.a/b", "all.", "all..a", "all.a.", "all.*", "all")) {
      gateway.bus().publish(address, "no topic");
    }
    gateway.bus().send("all.a", "to one");
    gateway.bus().publish("all.a.b", "a topic");
    assertThat(client.on("a/b")).isEqualTo("a topic");
    assertThat(client.heardNothing()).isTrue();
  }

  @Test
  void bytesAreDeliveredAsBase64() {
    TopicsClient client = client("/all").started();
    DeliveryOptions colour = new DeliveryOptions().addHeader("colour", "green");
    gateway.bus().publish("all.a", Buffer.buffer(new byte[] {-1, -17, 0}), colour);
    assertThat(client.on("a")).isEqualTo("_-8A");
  }

  @Test
  void messagesCrossToAnotherProtocolAndBack() {
    TopicsClient here = client("/all").started();
    BridgeContractClient there =
        new BridgeContractClient(WebSocketPipe.connect(gateway.httpPort(), "/eventbus/websocket"));
    there.subscribe("all.node.a");
    here.say("[\"node/a\", {\"from\": \"here\"}]");
    assertThat(there.next("all.node.a")).isEqualTo(new JsonObject().put("from", "here"));
    there.publish("all.node.b", new JsonObject().put("from", "there"));
    assertThat(here.on("node/b")).isEqualTo(new JsonObject().put("from", "there"));
    there.close();
  }

  @Test
  void orderIsKept() {
    TopicsClient sender = client("/all");
    TopicsClient receiver = client("/all").started();
    for (int i = 0; i < 2000; i++) {
      sender.say("[\"a/" + i % 3 + "\", " + i + "]");
    }
    for (int i = 0; i < 2000; i++) {
      assertThat(receiver.on("a/" + i % 3)).isEqualTo(i);
    }
  }

  @Test
  void tooManyMessagesASecondAreRefused() {
    try (TestGateway strict =
        TestGateway.start(
            "limits.messages-per-second=5",
            "permissions=[{address: '#', allow: [publish]}]",
            "topics=[{path: /all, auth: false}]")) {
      TopicsClient client = new TopicsClient(WebSocketPipe.connect(strict.httpPort(), "/all"));
      client.say("[\"a\", 1]\n".repeat(50));
      assertThat(client.nextError()).isEqualTo("too many messages a second: a");
      client.close();
    }
  }

  @Test
  void tooManySubscriptionsAreRefused() {
    try (TestGateway strict =
        TestGateway.start(
            "limits.subscriptions=1",
            "permissions=[{address: '#', allow: [subscribe]}]",
            "topics=[{path: /all, auth: false, subscribe: [a.#, b.#]}]")) {
      TopicsClient client = new TopicsClient(WebSocketPipe.connect(strict.httpPort(), "/all"));
      client.started();
      assertThat(client.nextError()).isEqualTo("too many subscriptions: b/#");
      client.close();
    }
  }

  @Test
  void connectionWithoutAValidLoginIsRefusedIfConfigured() throws Exception {
    try (FrameSocket nobody = FrameSocket.connect(gateway.httpPort(), "/safe")) {
      assertThat(nobody.status()).isEqualTo(401);
      assertThat(nobody.head())
          .contains("WWW-Authenticate: Basic realm=\"busbar\", charset=\"UTF-8\"");
    }
    // The login that means nobody belongs to no user.
    try (FrameSocket guest =
        FrameSocket.connect(gateway.httpPort(), "/safe", basic("guest", "x"))) {
      assertThat(guest.status()).isEqualTo(401);
    }
    try (FrameSocket wrong = FrameSocket.connect(gateway.httpPort(), "/safe", basic("demo", "x"))) {
      assertThat(wrong.status()).isEqualTo(401);
    }
    await().atMost(PATIENCE).until(() -> gateway.counters().sessionCount() == 0);
  }

  @Test
  void loggedInClientHasThePermissionsOfItsUser() throws Exception {
    CompletableFuture<Message<Object>> received = new CompletableFuture<>();
    gateway.bus().consumer("all.a", received::complete);
    try (FrameSocket demo =
        FrameSocket.connect(gateway.httpPort(), "/safe", basic("demo", "demo"))) {
      assertThat(demo.status()).isEqualTo(101);
      demo.text("[\"a\", 1]");
      assertThat(received.get(20, TimeUnit.SECONDS).headers().get("user")).isEqualTo("demo");
    }
    try (FrameSocket demo =
        FrameSocket.connect(gateway.httpPort(), "/hub", basic("demo", "demo"))) {
      demo.text("[\"clown.talk/-/config/set\", {}]");
      assertThat(demo.next().text()).contains("access denied: secret/# (subscribe)");
      assertThat(demo.next().text()).isEqualTo("[\"clown.talk/-/config/ok\",{\"ack\":false}]");
      gateway.bus().publish("hub.some.a", "for you");
      assertThat(demo.next().text()).isEqualTo("[\"some/a\",\"for you\"]");
    }
  }

  private static String basic(String user, String password) {
    byte[] both = (user + ":" + password).getBytes(UTF_8);
    return "Authorization: Basic " + java.util.Base64.getEncoder().encodeToString(both);
  }
}
