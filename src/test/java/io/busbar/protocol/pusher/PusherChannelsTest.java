package io.busbar.protocol.pusher;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.busbar.hub.Refusal;
import io.vertx.core.eventbus.DeliveryOptions;
import io.vertx.core.eventbus.Message;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Who may listen to which channel of Pusher, and what is heard there. */
final class PusherChannelsTest {
  private static final Duration PATIENCE = Duration.ofSeconds(20);

  private final TestPusherNode node = new TestPusherNode();

  @AfterEach
  void stop() {
    node.close();
  }

  @Test
  void publicChannelDeliversTriggeredEvents() {
    PusherClient client = node.client();
    assertThat(client.subscribe("public.chat")).isEqualTo(new JsonObject());
    node.trigger("public.chat", "said", "{ \"text\": \"hi\" }");
    assertThat(client.next())
        .isEqualTo(
            new JsonObject()
                .put("event", "said")
                .put("channel", "public.chat")
                .put("data", "{ \"text\": \"hi\" }"));
  }

  @Test
  void busMessageIsDeliveredAsAnEvent() {
    PusherClient client = node.client();
    client.subscribe("public.chat");
    node.gateway().bus().publish("public.chat", new JsonObject().put("a", 1));
    assertThat(client.next("message").getString("data")).isEqualTo("{\"a\":1}");
    DeliveryOptions named = new DeliveryOptions().addHeader("name", "pusher:error");
    node.gateway().bus().publish("public.chat", "text", named);
    assertThat(client.next("message").getString("data")).isEqualTo("text");
  }

  @Test
  void publicChannelWithoutPermissionIsRefused() {
    PusherClient client = node.client();
    client.asks("secret", null);
    JsonObject data = client.data("pusher:subscription_error");
    assertThat(data.getString("type")).isEqualTo("AuthError");
    assertThat(data.getInteger("status")).isEqualTo(403);
    assertThat(data.getString("error")).isEqualTo("access denied: secret (subscribe)");
  }

  @Test
  void privateChannelNeedsASignatureOfTheConnection() {
    PusherClient client = node.client();
    client.subscribe("private-chat");
    node.trigger("private-chat", "said", "1");
    assertThat(client.next("said").getString("channel")).isEqualTo("private-chat");
    PusherClient other = node.client();
    String auth = "demo-key:" + PusherClient.SIGNATURES.of(client.socketId() + ":private-chat");
    other.say(
        "pusher:subscribe", new JsonObject().put("channel", "private-chat").put("auth", auth));
    JsonObject data = other.data("pusher:subscription_error");
    assertThat(data.getInteger("status")).isEqualTo(401);
    assertThat(data.getString("type")).isEqualTo("AuthError");
    assertThat(node.gateway().counters().refusedCount(Refusal.ACCESS_DENIED)).isEqualTo(1);
  }

  @Test
  void encryptedChannelIsRelayed() {
    PusherClient client = node.client();
    client.subscribe("private-encrypted-chat");
    String data = "{\"nonce\":\"4sVYwy4j/8dCcjyxtPCWyk19GaaViaW9\",\"ciphertext\":\"/GMES=\"}";
    node.trigger("private-encrypted-chat", "said", data);
    assertThat(client.next("said").getString("data")).isEqualTo(data);
    client.say("client-typing", "private-encrypted-chat", "x");
    assertThat(client.error(4301)).contains("private and presence channels");
  }

  @Test
  void noEventsComeAfterUnsubscribing() {
    PusherClient client = node.client();
    client.subscribe("public.a");
    client.subscribe("public.b");
    client.say("pusher:unsubscribe", new JsonObject().put("channel", "public.a"));
    await().atMost(PATIENCE).until(() -> node.gateway().counters().channelCount() == 1);
    node.trigger("public.a", "late", "1");
    node.trigger("public.b", "said", "2");
    client.next("said");
    assertThat(client.subscribe("public.a")).isNotNull();
  }

  @Test
  void secondSubscriptionIsAnError() {
    PusherClient client = node.client();
    client.subscribe("public.a");
    client.asks("public.a", null);
    assertThat(client.error(null)).isEqualTo("existing subscription to channel public.a");
  }

  @Test
  void invalidChannelNameIsAnError() {
    PusherClient client = node.client();
    client.asks("no channel", null);
    JsonObject error = client.next("pusher:subscription_error");
    assertThat(error.getString("channel")).isEqualTo("no channel");
    assertThat(new JsonObject(error.getString("data")).getInteger("status")).isEqualTo(400);
  }

  @Test
  void clientEventReachesOthersByteForByte() throws Exception {
    PusherClient sender = node.client();
    PusherClient receiver = node.client();
    sender.subscribe("private-chat");
    receiver.subscribe("private-chat");
    CompletableFuture<Message<Object>> received = new CompletableFuture<>();
    node.gateway().bus().consumer("private-chat", received::complete);
    sender
        .pipe()
        .send(
            "{\"event\":\"client-typing\",\"channel\":\"private-chat\",\"data\": { \"n\" : 1.0 }}");
    assertThat(receiver.next())
        .isEqualTo(
            new JsonObject()
                .put("event", "client-typing")
                .put("channel", "private-chat")
                .put("data", "{ \"n\" : 1.0 }"));
    Message<Object> message = received.get(20, TimeUnit.SECONDS);
    assertThat(message.body()).isEqualTo(new JsonObject().put("n", 1.0));
    assertThat(message.headers().get("session")).isEqualTo(sender.socketId());
    assertThat(message.headers().get("protocol")).isEqualTo("pusher");
    sender.say("pusher:ping", new JsonObject());
    sender.next("pusher:pong");
  }

  @Test
  void clientEventOnAChannelOfAnotherKindIsRefused() {
    PusherClient client = node.client();
    client.say("client-typing", "private-chat", "x");
    assertThat(client.error(4301)).isEqualTo("client events are for channels that one is in");
    client.subscribe("public.chat");
    client.say("client-typing", "public.chat", "x");
    assertThat(client.error(4301)).isEqualTo("client events are for private and presence channels");
  }

  @Test
  void tooManyClientEventsASecondAreRefused() {
    PusherClient client = node.client();
    client.subscribe("private-chat");
    for (int i = 0; i < 30; i++) {
      client.say("client-typing", "private-chat", i);
    }
    assertThat(client.error(4301)).isEqualTo("too many client events a second");
    assertThat(node.gateway().counters().refusedCount(Refusal.TOO_MANY_MESSAGES)).isPositive();
  }

  @Test
  void tooLargeClientEventIsRefused() {
    PusherClient client = node.client();
    client.subscribe("private-chat");
    client.say("client-typing", "private-chat", "x".repeat(10 * 1024 + 1));
    assertThat(client.error(4301)).isEqualTo("the data of an event is too large");
  }

  @Test
  void excludedConnectionDoesNotReceiveTheEvent() {
    PusherClient one = node.client();
    PusherClient two = node.client();
    one.subscribe("public.a");
    two.subscribe("public.a");
    node.publish("public.a", PusherEvent.of("first", "1", one.socketId(), null));
    node.trigger("public.a", "second", "2");
    two.next("first");
    two.next("second");
    one.next("second");
  }

  @Test
  void cacheChannelSendsItsLastEventOrACacheMiss() {
    PusherClient first = node.client();
    first.subscribe("cache-public");
    first.next("pusher:cache_miss");
    node.trigger("cache-public", "said", "{ \"n\":1}");
    first.next("said");
    PusherClient second = node.client();
    second.subscribe("cache-public");
    assertThat(second.next("said").getString("data")).isEqualTo("{ \"n\":1}");
  }

  @Test
  void clientEventsAreNotCached() {
    PusherClient one = node.client();
    PusherClient two = node.client();
    one.subscribe("private-cache-a");
    one.next("pusher:cache_miss");
    two.subscribe("private-cache-a");
    two.next("pusher:cache_miss");
    one.say("client-typing", "private-cache-a", "x");
    two.next("client-typing");
    PusherClient three = node.client();
    three.subscribe("private-cache-a");
    three.next("pusher:cache_miss");
  }
}
