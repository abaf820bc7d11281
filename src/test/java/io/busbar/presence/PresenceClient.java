package io.busbar.presence;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.busbar.TestGateway;
import io.busbar.admin.BridgeListener;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.UUID;

/**
 * A client of the bridge that enters channels and asks who is in them. Each question waits for its
 * answer. Used by the thread of its test.
 */
final class PresenceClient {
  static final Duration PATIENCE = Duration.ofSeconds(40);

  private final BridgeListener client;

  private PresenceClient(BridgeListener client) {
    this.client = client;
  }

  static PresenceClient at(TestGateway node) {
    return new PresenceClient(new BridgeListener(node));
  }

  static PresenceClient at(Vertx vertx, URI node) {
    return new PresenceClient(new BridgeListener(vertx, node.getHost(), node.getPort()));
  }

  /** A client that logs in. Its password is its name. */
  static PresenceClient named(String user, Vertx vertx, URI node) {
    byte[] login = (user + ":" + user).getBytes(StandardCharsets.UTF_8);
    String basic = "Basic " + Base64.getEncoder().encodeToString(login);
    return new PresenceClient(
        new BridgeListener(vertx, node.getHost(), node.getPort(), "Authorization", basic));
  }

  PresenceClient enter(String channel, Object info) {
    return say(new JsonObject().put("type", "register").put("address", channel).put("info", info));
  }

  PresenceClient say(JsonObject message) {
    client.say(message);
    return this;
  }

  PresenceClient leave(String channel) {
    client.say("unregister", channel);
    return this;
  }

  /** Will hear the joins and leaves of the channel. */
  PresenceClient watch(String channel) {
    client.say("register", "presence." + channel);
    ask("echo", null);
    return this;
  }

  /** The whole answer to a request. */
  JsonObject ask(String address, JsonObject body) {
    String reply = UUID.randomUUID().toString();
    client.say(
        new JsonObject()
            .put("type", "send")
            .put("address", address)
            .put("body", body)
            .put("replyAddress", reply));
    await().atMost(PATIENCE).until(() -> !received(reply).isEmpty());
    return received(reply).get(0);
  }

  /** A page of the users of the channel. */
  JsonObject list(String channel, JsonObject page) {
    JsonObject answer = ask("presence." + channel, page);
    assertThat(answer.getString("type")).as(answer.encode()).isEqualTo("rec");
    return answer.getJsonObject("body");
  }

  /** The users of the channel, each as {@code user sessions info}. */
  List<String> whoIsIn(String channel) {
    JsonArray users = list(channel, new JsonObject().put("limit", 1000)).getJsonArray("users");
    return users.stream()
        .map(each -> (JsonObject) each)
        .map(
            each ->
                each.getString("user")
                    + " "
                    + each.getInteger("sessions")
                    + " "
                    + each.getValue("info"))
        .toList();
  }

  List<JsonObject> received() {
    return client.received();
  }

  private List<JsonObject> received(String address) {
    return client.received().stream()
        .filter(message -> address.equals(message.getString("address")))
        .toList();
  }

  /** The events of the channel: {@code join ann}, {@code leave ann}. */
  List<String> changes(String channel) {
    return received("presence." + channel).stream()
        .filter(message -> message.getString("type").equals("rec"))
        .map(message -> message.getJsonObject("body"))
        .map(body -> body.getString("event") + " " + body.getString("user"))
        .toList();
  }

  /** Waits for that many events and returns all. */
  List<String> awaitChanges(String channel, int count) {
    await().atMost(PATIENCE).until(() -> changes(channel).size() >= count);
    return changes(channel);
  }

  /** The code of the first refusal. */
  String awaitRefusal() {
    await().atMost(PATIENCE).until(() -> refusal() != null);
    return refusal();
  }

  private String refusal() {
    return client.received().stream()
        .filter(message -> message.getString("type").equals("err"))
        .map(message -> message.getString("body"))
        .findFirst()
        .orElse(null);
  }

  void close() {
    client.close();
  }
}
