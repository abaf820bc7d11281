package io.busbar.protocol;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.busbar.TestGateway;
import io.busbar.hub.Refusal;
import io.vertx.core.eventbus.DeliveryOptions;
import io.vertx.core.eventbus.Message;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/**
 * What every protocol must do. A protocol's test extends this and says how its clients speak; its
 * {@link #other} client is of a different protocol, for messages that cross.
 */
public abstract class ProtocolContract extends HardshipContract {
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
  void whatIsSentDoesNotOvertakeWhatWasPublished() {
    ContractClient receiver = client();
    receiver.subscribe("public.a");
    for (int i = 0; i < 500; i += 2) {
      gateway.bus().publish("public.a", i);
      gateway.bus().send("public.a", i + 1);
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
    Message<Object> message = heard.get(20, TimeUnit.SECONDS);
    assertThat(message.headers().get("session")).hasSize(36);
    assertThat(message.headers().get("protocol")).isNotEmpty();
    assertThat(message.headers().get("user")).isNull();
  }

  /** A pattern's listener heard a message as one of an address that the client may not talk to. */
  @Test
  void noClientSaysWhatTheGatewayAloneSays() throws Exception {
    CompletableFuture<Message<Object>> heard = new CompletableFuture<>();
    gateway.bus().consumer("public.feature", heard::complete);
    Map<String, String> forged = new HashMap<>(Map.of("mine", "stays"));
    for (String name :
        List.of(
            "busbar-address",
            "Busbar-Await",
            "BUSBAR-ANYTHING",
            "busbar_address",
            "\u200Bbusbar-address",
            "\uFF42\uFF55\uFF53\uFF42\uFF41\uFF52-address",
            "bu\u017Fbar-address",
            "Se\u017F\u017F\u0130on",
            "session ",
            "USER",
            "u\u0301ser",
            "ro\u00ADles")) {
      forged.put(name, "forged");
    }
    client().publish("public.feature", "who am I", forged);
    Message<Object> message = heard.get(20, TimeUnit.SECONDS);
    assertThat(message.headers().get("mine")).isEqualTo("stays");
    assertThat(message.headers().entries()).noneMatch(each -> each.getValue().equals("forged"));
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
  void whoIsInAChannelIsToldAndAnsweredAndSaidByNobodyElse() {
    ContractClient watcher = client();
    watcher.subscribe("presence.public.here");
    JsonObject here = new JsonObject().put("name", "here: \"a\"");
    JsonObject there = new JsonObject().put("name", "there");
    client().enter("public.here", here);
    assertThat(((JsonObject) watcher.next("presence.public.here")).getValue("info"))
        .isEqualTo(here);
    otherClient().enter("public.here", there);
    JsonObject told = (JsonObject) watcher.next("presence.public.here");
    assertThat(told.getString("event")).isEqualTo("join");
    assertThat(told.getValue("info")).isEqualTo(there);
    JsonObject question = new JsonObject().put("limit", 10);
    JsonObject answer = (JsonObject) watcher.request("presence.public.here", question);
    assertThat(answer.getInteger("count")).isEqualTo(2);
    assertThat(answer.getJsonArray("users"))
        .extracting(user -> ((JsonObject) user).getValue("info"))
        .containsExactlyInAnyOrder(here, there);
    watcher.publish("presence.public.here", told);
    assertThat(watcher.nextError()).containsIgnoringCase("denied");
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
}
