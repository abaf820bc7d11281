package io.busbar.protocol.pusher;

import static org.assertj.core.api.Assertions.assertThat;

import io.busbar.TestGateway;
import io.vertx.core.eventbus.DeliveryOptions;
import io.vertx.core.json.JsonObject;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The app of the default config: it has no secret, and so only public channels. */
final class AppWithoutSecretTest {
  private static final String KEY = "chat-demo";

  /** HMAC treats an empty key like one of zeros. */
  private static final String EMPTY = "\0".repeat(64);

  private final TestGateway gateway = TestGateway.start();
  private final PusherClient client =
      PusherClient.to(gateway.httpPort(), "/app/" + KEY + "?protocol=7");
  private final String socket = client.data("pusher:connection_established").getString("socket_id");

  @AfterEach
  void stop() {
    client.close();
    gateway.close();
  }

  @Test
  void publicChannelMapsToTheConfiguredAddress() {
    assertThat(client.subscribe("chat")).isEqualTo(new JsonObject());
    gateway.bus().publish("chat.room", "hello", new DeliveryOptions().addHeader("name", "message"));
    assertThat(client.next())
        .isEqualTo(
            new JsonObject().put("event", "message").put("channel", "chat").put("data", "hello"));
  }

  @Test
  void subscriptionWithoutPermissionIsRefused() {
    client.asks("secret", null);
    assertThat(refused("secret").getInteger("status")).isEqualTo(403);
  }

  @ParameterizedTest
  @CsvSource({
    "private-chat",
    "private-encrypted-chat",
    "presence-chat",
    "cache-chat",
    "private-cache-chat",
    "'#server-to-user-ann'"
  })
  void channelThatNeedsASignatureIsAlwaysRefused(String channel) {
    Signatures empty = new Signatures(KEY, EMPTY);
    String data = "{\"user_id\":\"ann\"}";
    for (String auth :
        List.of(
            KEY + ":" + empty.of(socket + ":" + channel),
            KEY + ":" + empty.of(socket + ":" + channel + ":" + data),
            KEY + ":",
            "")) {
      client.say(
          "pusher:subscribe",
          new JsonObject().put("channel", channel).put("auth", auth).put("channel_data", data));
      assertThat(refused(channel))
          .isEqualTo(
              new JsonObject()
                  .put("type", "AuthError")
                  .put(
                      "error",
                      "the app has no secret: it has public channels only, and no cache channels")
                  .put("status", 401));
    }
  }

  private JsonObject refused(String channel) {
    JsonObject event = client.next("pusher:subscription_error");
    assertThat(event.getString("channel")).isEqualTo(channel);
    return new JsonObject(event.getString("data"));
  }

  @Test
  void signInIsRefused() {
    String user = "{\"id\":\"ann\"}";
    String auth = KEY + ":" + new Signatures(KEY, EMPTY).of(socket + "::user::" + user);
    client.say("pusher:signin", new JsonObject().put("auth", auth).put("user_data", user));
    assertThat(client.pipe().closeCode()).isEqualTo(4009);
  }

  @Test
  void requestsOfBackendsAreRefused() throws Exception {
    try (ApiBackend backend = new ApiBackend(gateway.httpPort(), "chat", KEY, EMPTY)) {
      String refused = "401 This app has no secret: nobody can sign for it";
      assertThat(backend.post("/events", "{\"name\":\"a\",\"channel\":\"chat\",\"data\":\"\"}"))
          .isEqualTo(refused);
      assertThat(backend.get("/channels")).isEqualTo(refused);
      assertThat(backend.send("GET", "/apps/chat/channels", null).toString()).isEqualTo(refused);
      assertThat(backend.send("DELETE", "/apps/chat", null).toString()).isEqualTo(refused);
      assertThat(backend.send("GET", "/apps/other/channels", null).status()).isEqualTo(404);
    }
  }

  @Test
  void channelNamesCreateNoStreamsAndNoPresence() {
    assertThat(gateway.hub().channelRules().haveStreams()).isFalse();
    assertThat(gateway.hub().channelRules().of("presence-chat.room")).isNull();
    assertThat(gateway.hub().channelRules().of("cache-chat.room")).isNull();
  }
}
