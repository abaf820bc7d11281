package io.busbar.protocol.pusher;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Users of Pusher: who signs in, who watches them, and the members of a presence channel. */
final class PusherUsersTest {
  private final TestPusherNode node = new TestPusherNode();

  @AfterEach
  void stop() {
    node.close();
  }

  @Test
  void signedInClientReceivesEventsForItsUser() {
    PusherClient client = node.client();
    String userData = "{\"id\":\"ann\",\"user_info\":{\"name\":\"Ann\"}}";
    String auth =
        "demo-key:" + PusherClient.SIGNATURES.of(client.socketId() + "::user::" + userData);
    client.asks("#server-to-user-ann", null);
    assertThat(client.data("pusher:subscription_error").getInteger("status")).isEqualTo(401);
    client.say("pusher:signin", new JsonObject().put("auth", auth).put("user_data", userData));
    assertThat(client.data("pusher:signin_success").getString("user_data")).isEqualTo(userData);
    client.subscribe("#server-to-user-ann");
    node.trigger("#server-to-user-ann", "hello", "1");
    assertThat(client.next("hello").getString("channel")).isEqualTo("#server-to-user-ann");
    client.asks("#server-to-user-bob", null);
    assertThat(client.data("pusher:subscription_error").getInteger("status")).isEqualTo(401);
  }

  private static void signIn(PusherClient client, String userData) {
    String auth =
        "demo-key:" + PusherClient.SIGNATURES.of(client.socketId() + "::user::" + userData);
    client.say("pusher:signin", new JsonObject().put("auth", auth).put("user_data", userData));
    client.next("pusher:signin_success");
  }

  private static JsonObject watched(String name, String user) {
    JsonObject event =
        new JsonObject().put("name", name).put("user_ids", new JsonArray().add(user));
    return new JsonObject().put("events", new JsonArray().add(event));
  }

  @Test
  void watchedUsersAreReportedOnlineAndOffline() {
    PusherClient ann = node.client();
    signIn(ann, "{\"id\":\"ann\",\"watchlist\":[\"bob\"]}");
    String events = "pusher_internal:watchlist_events";
    assertThat(ann.data(events)).isEqualTo(watched("offline", "bob"));
    PusherClient bob = node.client();
    signIn(bob, "{\"id\":\"bob\"}");
    assertThat(ann.data(events)).isEqualTo(watched("online", "bob"));
    PusherClient eve = node.client();
    signIn(eve, "{\"id\":\"eve\",\"watchlist\":[\"bob\"]}");
    assertThat(eve.data(events)).isEqualTo(watched("online", "bob"));
    bob.close();
    assertThat(ann.data(events)).isEqualTo(watched("offline", "bob"));
  }

  @Test
  void tooLongWatchlistIsAnErrorAndIsCutOff() {
    JsonArray list = new JsonArray();
    for (int i = 0; i < 101; i++) {
      list.add("u" + i);
    }
    PusherClient client = node.client();
    signIn(client, new JsonObject().put("id", "ann").put("watchlist", list).encode());
    assertThat(client.error(4302)).isEqualTo("a watchlist is 100 ids of users at most");
    Set<Object> offline = new HashSet<>();
    while (offline.size() < 100) {
      JsonObject announcement = client.data("pusher_internal:watchlist_events");
      announcement
          .getJsonArray("events")
          .getJsonObject(0)
          .getJsonArray("user_ids")
          .forEach(offline::add);
    }
    assertThat(offline).doesNotContain("u100");
  }

  @Test
  void signInWithAWrongSignatureEndsTheConnection() {
    PusherClient client = node.client();
    String userData = "{\"id\":\"ann\"}";
    client.say(
        "pusher:signin", new JsonObject().put("auth", "demo-key:00").put("user_data", userData));
    assertThat(client.pipe().closeCode()).isEqualTo(4009);
  }

  @Test
  void membersReceiveTheMemberListAndChanges() {
    PusherClient ann = node.client();
    assertThat(ann.subscribe("presence-chat", "ann").getJsonObject("presence"))
        .isEqualTo(
            new JsonObject()
                .put("ids", new JsonArray().add("ann"))
                .put("hash", new JsonObject().put("ann", new JsonObject().put("name", "ann")))
                .put("count", 1));
    PusherClient bob = node.client();
    JsonObject there = bob.subscribe("presence-chat", "bob").getJsonObject("presence");
    assertThat(there.getJsonArray("ids")).isEqualTo(new JsonArray().add("ann").add("bob"));
    assertThat(there.getInteger("count")).isEqualTo(2);
    assertThat(ann.data("pusher_internal:member_added"))
        .isEqualTo(
            new JsonObject()
                .put("user_id", "bob")
                .put("user_info", new JsonObject().put("name", "bob")));
    PusherClient again = node.client();
    again.subscribe("presence-chat", "bob");
    again.close();
    bob.say("client-hi", "presence-chat", "x");
    assertThat(ann.next("client-hi").getString("user_id")).isEqualTo("bob");
    bob.say("pusher:unsubscribe", new JsonObject().put("channel", "presence-chat"));
    assertThat(ann.data("pusher_internal:member_removed"))
        .isEqualTo(new JsonObject().put("user_id", "bob"));
  }

  @Test
  void presenceChannelNeedsAValidUser() {
    PusherClient client = node.client();
    client.asks("presence-chat", null);
    JsonObject data = client.data("pusher:subscription_error");
    assertThat(data.getString("error")).isEqualTo("channel_data has a user_id");
    client.asks("presence-chat", "{\"user_id\":\"" + "x".repeat(129) + "\"}");
    client.next("pusher:subscription_error");
    client.asks("presence-chat", "{\"user_id\":1,\"user_info\":\"" + "x".repeat(1023) + "\"}");
    assertThat(client.data("pusher:subscription_error").getString("error")).contains("1024 bytes");
    client.asks("presence-chat", "{\"user_id\":1}");
    assertThat(
            client
                .data("pusher_internal:subscription_succeeded")
                .getJsonObject("presence")
                .getJsonArray("ids"))
        .isEqualTo(new JsonArray().add("1"));
  }

  @Test
  void membersAreAnnouncedToOtherProtocols() {
    List<JsonObject> received = java.util.Collections.synchronizedList(new ArrayList<>());
    node.gateway()
        .bus()
        .<JsonObject>consumer("presence.presence-chat", event -> received.add(event.body()));
    node.client().subscribe("presence-chat", "ann");
    assertThat(received)
        .containsExactly(
            new JsonObject()
                .put("event", "join")
                .put("user", "ann")
                .put("info", new JsonObject().put("name", "ann")));
  }
}
