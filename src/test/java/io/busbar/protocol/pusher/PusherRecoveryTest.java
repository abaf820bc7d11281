package io.busbar.protocol.pusher;

import static org.assertj.core.api.Assertions.assertThat;

import io.busbar.TestGateway;
import io.vertx.core.json.JsonObject;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/**
 * An extension to Pusher: a client that sends its position gets missed events of a channel with a
 * history.
 */
final class PusherRecoveryTest {
  private final TestGateway gateway =
      TestGateway.start(
          "permissions=[{address: 'public.#', allow: [subscribe]}]",
          "channels=[{address: public.kept, history: {messages: 3}}]",
          PusherClient.APPS);

  @AfterEach
  void stop() {
    gateway.close();
  }

  private PusherClient since(String channel, JsonObject since) {
    PusherClient client = PusherClient.connect(gateway.httpPort());
    client.say("pusher:subscribe", new JsonObject().put("channel", channel).put("since", since));
    return client;
  }

  private static JsonObject position(JsonObject from) {
    return new JsonObject()
        .put("epoch", from.getString("epoch"))
        .put("offset", from.getLong("offset"));
  }

  private JsonObject firstPosition() {
    try (PusherClient client =
        since("public.kept", new JsonObject().put("epoch", "x").put("offset", 0))) {
      return position(client.data("pusher_internal:subscription_succeeded"));
    }
  }

  @Test
  void returningClientReceivesMissedEvents() {
    JsonObject last = firstPosition();
    gateway.bus().publish("public.kept", "one");
    gateway.bus().publish("public.kept", "two");
    try (PusherClient client = since("public.kept", last)) {
      JsonObject began = client.data("pusher_internal:subscription_succeeded");
      assertThat(began.getBoolean("recovered")).isTrue();
      JsonObject one = client.next("message");
      assertThat(one.getString("data")).isEqualTo("one");
      assertThat(one.getLong("offset")).isEqualTo(last.getLong("offset") + 1);
      assertThat(client.next("message").getString("data")).isEqualTo("two");
    }
  }

  @Test
  void clientTooFarBehindIsNotRecovered() {
    JsonObject last = firstPosition();
    try (PusherClient witness = PusherClient.connect(gateway.httpPort())) {
      witness.subscribe("public.kept");
      for (int i = 0; i < 5; i++) {
        gateway.bus().publish("public.kept", i);
        witness.next("message");
      }
    }
    try (PusherClient client = since("public.kept", last)) {
      JsonObject began = client.data("pusher_internal:subscription_succeeded");
      assertThat(began.getBoolean("recovered")).isFalse();
      assertThat(began.getString("reason")).isEqualTo("too far behind");
    }
  }

  @Test
  void eventsHaveNoPositionUnlessRequested() {
    try (PusherClient client = PusherClient.connect(gateway.httpPort())) {
      assertThat(client.subscribe("public.kept")).isEqualTo(new JsonObject());
      gateway.bus().publish("public.kept", "one");
      assertThat(client.next("message").fieldNames())
          .containsExactlyInAnyOrder("event", "channel", "data");
    }
  }

  @Test
  void invalidPositionIsAnError() {
    try (PusherClient client = since("public.kept", new JsonObject().put("epoch", 1))) {
      JsonObject error = client.data("pusher:subscription_error");
      assertThat(error.getString("type")).isEqualTo("InvalidData");
    }
  }
}
