package io.busbar.protocol;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.busbar.TestGateway;
import io.busbar.hub.Refusal;
import io.vertx.core.Future;
import io.vertx.core.eventbus.DeliveryOptions;
import io.vertx.core.eventbus.Message;
import io.vertx.core.eventbus.ReplyException;
import io.vertx.core.json.JsonObject;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/**
 * Tests for every protocol whose clients can send. A protocol's test extends this class and
 * supplies its clients. The {@link #other} client has a different protocol, for messages between
 * protocols.
 */
public abstract class ProtocolContract extends ListenerContract {
  /** No test waits for this time-out. */
  private static final DeliveryOptions NEVER = new DeliveryOptions().setSendTimeout(600_000);

  /** Returns whether a client that hears less has to connect again. */
  protected boolean unsubscribingEndsSession() {
    return false;
  }

  @Test
  void requestsGoOnlyToLivingClients() {
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
  void tooManyMessagesASecondAreRefused() {
    try (TestGateway strict = strict("limits.messages-per-second=5")) {
      ContractClient client = connectTo(strict);
      for (int i = 0; i < 50; i++) {
        client.publish("public.a", i);
      }
      assertThat(client.nextError()).contains("too many messages");
    }
  }

  @Test
  void clientReceivesItsOwnMessageRightAfterSubscribing() {
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
    CompletableFuture<Object> received = new CompletableFuture<>();
    gateway.bus().consumer("secret", message -> received.complete(message.body()));
    ContractClient client = client();
    client.publish("secret", "let me in");
    assertThat(client.nextError()).containsIgnoringCase("denied");
    assertThat(gateway.counters().refusedCount(Refusal.ACCESS_DENIED)).isEqualTo(1);
    assertThat(received).isNotDone();
  }

  @Test
  void featuresReceiveTheSessionAndProtocolOfTheSender() throws Exception {
    CompletableFuture<Message<Object>> received = new CompletableFuture<>();
    gateway.bus().consumer("public.feature", received::complete);
    client().publish("public.feature", "who am I");
    Message<Object> message = received.get(20, TimeUnit.SECONDS);
    assertThat(message.headers().get("session")).hasSize(36);
    assertThat(message.headers().get("protocol")).isNotEmpty();
    assertThat(message.headers().get("user")).isNull();
  }

  /**
   * A header once made a pattern's listener hear a message on an address forbidden for the sender.
   */
  @Test
  void clientCannotForgeHeadersOfTheGateway() throws Exception {
    CompletableFuture<Message<Object>> received = new CompletableFuture<>();
    gateway.bus().consumer("public.feature", received::complete);
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
    Message<Object> message = received.get(20, TimeUnit.SECONDS);
    assertThat(message.headers().get("mine")).isEqualTo("stays");
    assertThat(message.headers().entries()).noneMatch(each -> each.getValue().equals("forged"));
  }

  @Test
  void requestOfAClientIsAnswered() {
    assertThat(client().request("echo", new JsonObject().put("q", 1)))
        .isEqualTo(new JsonObject().put("q", 1));
  }

  @Test
  void requestWithoutHandlersFails() {
    ContractClient client = client();
    assertThatThrownBy(() -> client.request("public.nobody", "hello?"))
        .isInstanceOf(AssertionError.class)
        .hasMessageContaining("No handlers");
  }

  @Test
  void requestWithoutPermissionFails() {
    ContractClient client = client();
    assertThatThrownBy(() -> client.request("secret", "hello?"))
        .isInstanceOf(AssertionError.class)
        .hasMessageContaining("denied");
  }

  @Test
  void clientAnswersRequests() {
    ContractClient client = client();
    client.answer("public.ask", question -> "answer to " + question);
    Message<Object> answer = TestGateway.await(gateway.bus().request("public.ask", "it"));
    assertThat(answer.body()).isEqualTo("answer to it");
  }

  @Test
  void requestFailsWhenItsWorkerDies() {
    ContractClient worker = client();
    worker.subscribe("public.work");
    Future<Message<Object>> answer = gateway.bus().request("public.work", "work", NEVER);
    assertThat(worker.next("public.work")).isEqualTo("work");
    worker.die();
    assertThatThrownBy(() -> TestGateway.await(answer))
        .isInstanceOf(ReplyException.class)
        .hasMessage("the worker has gone without an answer")
        .extracting(failure -> ((ReplyException) failure).failureCode())
        .isEqualTo(502);
  }

  @Test
  void retryableRequestOfADeadWorkerGoesToAnother() {
    ContractClient dying = client();
    dying.subscribe("public.work");
    DeliveryOptions retry = new DeliveryOptions(NEVER).addHeader("busbar-retry", "true");
    Future<Message<Object>> answer = gateway.bus().request("public.work", "work", retry);
    assertThat(dying.next("public.work")).isEqualTo("work");
    client().answer("public.work", work -> work + " is done");
    dying.die();
    assertThat(TestGateway.await(answer).body()).isEqualTo("work is done");
  }

  @Test
  void unsubscribedWorkerKeepsItsRequestAndGetsNoMore() {
    ContractClient leaving = client();
    ContractClient staying = client();
    leaving.subscribe("public.a");
    leaving.subscribe("public.work");
    Future<Message<Object>> first = gateway.bus().request("public.work", "first", NEVER);
    assertThat(leaving.next("public.work")).isEqualTo("first");
    staying.answer("public.work", work -> work + " is done");
    leaving.unsubscribe("public.work");
    await().atMost(PATIENCE).until(() -> gateway.counters().subscriptionCount() == 2);
    for (int i = 0; i < 10; i++) {
      Future<Message<Object>> next = gateway.bus().request("public.work", "next", NEVER);
      assertThat(TestGateway.await(next).body()).isEqualTo("next is done");
    }
    assertThat(leaving.waiting("public.work")).isZero();
    if (!unsubscribingEndsSession()) {
      assertThat(first.isComplete()).isFalse();
      leaving.die();
    }
    assertThatThrownBy(() -> TestGateway.await(first)).hasMessageContaining("the worker has gone");
  }

  @Test
  void presenceIsPublishedAndAnsweredByTheGatewayOnly() {
    ContractClient watcher = client();
    watcher.subscribe("presence.public.here");
    JsonObject here = new JsonObject().put("name", "here: \"a\"");
    JsonObject there = new JsonObject().put("name", "there");
    client().enter("public.here", here);
    assertThat(((JsonObject) watcher.next("presence.public.here")).getValue("info"))
        .isEqualTo(here);
    otherClient().enter("public.here", there);
    JsonObject announcement = (JsonObject) watcher.next("presence.public.here");
    assertThat(announcement.getString("event")).isEqualTo("join");
    assertThat(announcement.getValue("info")).isEqualTo(there);
    JsonObject question = new JsonObject().put("limit", 10);
    JsonObject answer = (JsonObject) watcher.request("presence.public.here", question);
    assertThat(answer.getInteger("count")).isEqualTo(2);
    assertThat(answer.getJsonArray("users"))
        .extracting(user -> ((JsonObject) user).getValue("info"))
        .containsExactlyInAnyOrder(here, there);
    watcher.publish("presence.public.here", announcement);
    assertThat(watcher.nextError()).containsIgnoringCase("denied");
  }

  @Test
  void messagesCrossToAnotherProtocolAndBack() {
    ContractClient here = client();
    ContractClient there = otherClient();
    here.subscribe("public.a");
    there.subscribe("public.b");
    here.publish("public.b", new JsonObject().put("from", "here"));
    assertThat(there.next("public.b")).isEqualTo(new JsonObject().put("from", "here"));
    there.publish("public.a", new JsonObject().put("from", "there"));
    assertThat(here.next("public.a")).isEqualTo(new JsonObject().put("from", "there"));
  }
}
