package io.busbar.protocol.pusher;

import static org.assertj.core.api.Assertions.assertThat;

import com.pusher.rest.Pusher;
import com.pusher.rest.data.Event;
import com.pusher.rest.data.PresenceUser;
import com.pusher.rest.data.Result;
import io.busbar.TestGateway;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Pusher's own Java library for backends. */
final class JavaBackendTest {
  private static TestGateway gateway;
  private static Pusher pusher;

  @BeforeAll
  static void start() {
    gateway =
        TestGateway.start("permissions=[{address: '*', allow: [subscribe]}]", PusherClient.APPS);
    pusher = pusher("demo-secret");
  }

  @AfterAll
  static void stop() throws Exception {
    pusher.close();
    gateway.close();
  }

  private static Pusher pusher(String secret) {
    Pusher pusher = new Pusher("3", "demo-key", secret);
    pusher.setHost("127.0.0.1:" + gateway.httpPort());
    pusher.setEncrypted(false);
    return pusher;
  }

  private static PusherClient client() {
    return PusherClient.connect(gateway.httpPort());
  }

  private static String good(Result result) {
    assertThat(result.getHttpStatus()).as(result.getMessage()).isEqualTo(200);
    return result.getMessage();
  }

  @Test
  void triggeredEventSkipsTheExcludedConnection() {
    try (PusherClient one = client();
        PusherClient two = client()) {
      one.subscribe("chat");
      two.subscribe("chat");
      assertThat(good(pusher.trigger("chat", "first", Map.of("text", "Grüße"), one.socketId())))
          .isEqualTo("{}");
      assertThat(
              good(
                  pusher.trigger(
                      List.of(new Event("chat", "second", "1"), new Event("other", "x", "2")))))
          .isEqualTo("{}");
      assertThat(two.next("first").getString("data")).isEqualTo("{\"text\":\"Grüße\"}");
      two.next("second");
      one.next("second");
    }
  }

  @Test
  void authorizedUserIsListedInThePresenceChannel() {
    try (PusherClient client = client()) {
      JsonObject signed =
          new JsonObject(
              pusher.authenticate(
                  client.socketId(), "presence-room", new PresenceUser("ann", Map.of("a", 1))));
      client.say("pusher:subscribe", signed.put("channel", "presence-room"));
      client.next("pusher_internal:subscription_succeeded");
      assertThat(good(pusher.get("/channels/presence-room/users")))
          .isEqualTo("{\"users\":[{\"id\":\"ann\"}]}");
      Map<String, String> wanted = Map.of("filter_by_prefix", "presence-", "info", "user_count");
      assertThat(good(pusher.get("/channels", wanted)))
          .isEqualTo("{\"channels\":{\"presence-room\":{\"user_count\":1}}}");
      Map<String, String> both = Map.of("info", "user_count,subscription_count");
      assertThat(good(pusher.get("/channels/presence-room", both)))
          .isEqualTo("{\"occupied\":true,\"user_count\":1,\"subscription_count\":1}");
    }
  }

  @Test
  void failedRequestsAreReported() throws Exception {
    try (Pusher wrong = pusher("another")) {
      Result refused = wrong.trigger("chat", "said", "1");
      assertThat(refused.getStatus()).isEqualTo(Result.Status.AUTHENTICATION_ERROR);
      assertThat(refused.getMessage()).startsWith("Invalid signature: ");
    }
    assertThat(pusher.get("/channels/chat/users").getStatus())
        .isEqualTo(Result.Status.CLIENT_ERROR);
  }
}
