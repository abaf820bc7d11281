package io.busbar.feature;

import static io.busbar.feature.EndpointClient.refusal;
import static io.busbar.feature.Waiting.await;
import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.eventbus.DeliveryOptions;
import io.vertx.core.eventbus.Message;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.junit5.VertxExtension;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Tests the chat for clients of the event-bus bridge. */
@ExtendWith(VertxExtension.class)
class ChatSayTest {
  private final String session = UUID.randomUUID().toString();
  private Vertx vertx;
  private AddressListener room;

  @BeforeEach
  void deploy(Vertx vertx) throws Exception {
    this.vertx = vertx;
    await(vertx.deployVerticle(new ChatVerticle()));
    room = new AddressListener(vertx, "chat.room");
  }

  @Test
  void firstMessageJoinsTheRoom() throws Exception {
    publish("hi");
    publish("again");

    JsonObject joining = room.next();
    assertThat(joining.getString("message")).isEqualTo("AnonymousUser1 has connected");
    assertThat(joining.getString("id")).isEqualTo(session);
    JsonObject said = room.next();
    assertThat(said.getString("nickname")).isEqualTo("AnonymousUser1");
    assertThat(said.getString("message")).isEqualTo("hi");
    assertThat(room.nextText()).isEqualTo("again");
  }

  @Test
  void requestIsAnsweredWhenTheMessageIsPublished() throws Exception {
    assertThat(await(request(say("hi"))).body()).isNull();
    assertThat(room.nextText()).isEqualTo("AnonymousUser1 has connected");
    assertThat(room.nextText()).isEqualTo("hi");
  }

  @Test
  void nicknameCommandChangesTheNickname() throws Exception {
    publish("/nick Ann");

    assertThat(room.nextText()).isEqualTo("AnonymousUser1 has connected");
    assertThat(room.nextText()).isEqualTo("Client AnonymousUser1 changed to Ann");
  }

  @ParameterizedTest
  @MethodSource("malformed")
  void invalidMessageIsRefused(Object body) throws Exception {
    assertThat(refusal(request(body)))
        .isEqualTo("400 to say something send {\"message\":\"text\"}");
    publish("first");
    assertThat(room.nextText()).isEqualTo("AnonymousUser1 has connected");
  }

  static Stream<Object> malformed() {
    return Stream.of(
        "hi",
        7,
        new JsonArray().add("hi"),
        new JsonObject(),
        new JsonObject().putNull("message"),
        new JsonObject().put("message", 7));
  }

  @Test
  void blankMessageIsRefused() throws Exception {
    assertThat(refusal(request(say("  ")))).isEqualTo("400 a chat message must not be empty");
  }

  @Test
  void closedSessionLeavesTheRoom() throws Exception {
    publish("hi");
    assertThat(room.nextText()).isEqualTo("AnonymousUser1 has connected");
    assertThat(room.nextText()).isEqualTo("hi");

    vertx.eventBus().publish("busbar.session.closed", session);

    assertThat(room.nextText()).isEqualTo("AnonymousUser1 has disconnected");
  }

  @Test
  void sessionThatClosesWhileJoiningLeaves() throws Exception {
    publish("hi");
    vertx.eventBus().publish("busbar.session.closed", session);

    assertThat(room.nextText()).isEqualTo("AnonymousUser1 has connected");
    assertThat(room.nextText()).isEqualTo("hi");
    assertThat(room.nextText()).isEqualTo("AnonymousUser1 has disconnected");
  }

  @Test
  void messageAfterTheSessionClosedIsRefused() throws Exception {
    vertx.eventBus().publish("busbar.session.closed", session);

    assertThat(refusal(request(say("hi")))).isEqualTo("410 the session is closed");
  }

  @Test
  void endpointClientLeavesByItsOwnCloseEvent() throws Exception {
    EndpointClient client = new EndpointClient(vertx, "chat");
    await(client.open());
    assertThat(room.nextText()).isEqualTo("AnonymousUser1 has connected");

    vertx.eventBus().publish("busbar.session.closed", client.session());
    client.say("bye");
    client.close();

    assertThat(room.nextText()).isEqualTo("bye");
    assertThat(room.nextText()).isEqualTo("AnonymousUser1 has disconnected");
  }

  @Test
  void messageWithoutASessionIsRefused() throws Exception {
    assertThat(refusal(vertx.eventBus().request("chat.say", say("hi"))))
        .isEqualTo("400 the header session is missing: only clients of the gateway can join");
  }

  private void publish(String text) {
    vertx.eventBus().publish("chat.say", say(text), fromBridge());
  }

  private Future<Message<Object>> request(Object body) {
    return vertx.eventBus().request("chat.say", body, fromBridge());
  }

  private DeliveryOptions fromBridge() {
    return new DeliveryOptions().addHeader("session", session).addHeader("protocol", "bridge");
  }

  private static JsonObject say(String text) {
    return new JsonObject().put("message", text);
  }
}
