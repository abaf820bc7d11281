package io.busbar.feature;

import static io.busbar.feature.Waiting.await;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vertx.core.DeploymentOptions;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.eventbus.DeliveryOptions;
import io.vertx.core.eventbus.Message;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.junit5.VertxExtension;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Sends requests to the chat of one node alone, as the gateway puts them on the bus. */
@ExtendWith(VertxExtension.class)
final class PusherChatVerticleTest {
  private static final String LOGIN = "chat.http.login";
  private static final String NICKNAME = "chat.http.nickname";
  private static final String SAY = "chat.http.say";

  private Vertx vertx;
  private String deployment;
  private AddressListener room;

  @BeforeEach
  void deploy(Vertx vertx) throws Exception {
    this.vertx = vertx;
    await(vertx.deployVerticle(new ChatVerticle()));
    deployment = deploy(new JsonObject());
    room = new AddressListener(vertx, "chat.room");
  }

  private String deploy(JsonObject config) throws Exception {
    return await(
        vertx.deployVerticle(new PusherChatVerticle(), new DeploymentOptions().setConfig(config)));
  }

  private void deployAnew(JsonObject config) throws Exception {
    await(vertx.undeploy(deployment));
    deployment = deploy(config);
  }

  private Message<Object> ask(String address, Object body, String... headers) throws Exception {
    DeliveryOptions options = new DeliveryOptions().addHeader("session", "of the network");
    for (int i = 0; i < headers.length; i += 2) {
      options.addHeader(headers[i], headers[i + 1]);
    }
    return await(vertx.eventBus().request(address, body, options));
  }

  private JsonObject answer(String address, JsonObject body) throws Exception {
    Message<Object> answer = ask(address, body);
    assertThat(answer.headers().get("status")).as("%s", answer.body()).isNull();
    return (JsonObject) answer.body();
  }

  private String error(String address, Object body) throws Exception {
    Message<Object> answer = ask(address, body);
    JsonObject error = ((JsonObject) answer.body()).getJsonObject("error");
    assertThat(answer.headers().get("status")).isEqualTo(error.getInteger("code").toString());
    return error.getInteger("code") + " " + error.getString("message");
  }

  private static JsonObject json(Object... pairs) {
    JsonObject json = new JsonObject();
    for (int i = 0; i < pairs.length; i += 2) {
      json.put((String) pairs[i], pairs[i + 1]);
    }
    return json;
  }

  private String loggedIn(String nickname) throws Exception {
    JsonObject answer = answer(LOGIN, json("nickname", nickname));
    assertThat(answer.getString("nickname")).isEqualTo(nickname);
    assertThat(room.nextText()).isEqualTo(nickname + " has connected");
    return answer.getString("id");
  }

  @Test
  void loginWithoutANicknameGetsOne() throws Exception {
    JsonObject answer = (JsonObject) ask(LOGIN, null).body();
    assertThat(answer.fieldNames()).containsExactlyInAnyOrder("id", "nickname");
    assertThat(answer.getString("nickname")).isEqualTo("AnonymousUser1");
    assertThat(room.nextText()).isEqualTo("AnonymousUser1 has connected");
    assertThat(answer(LOGIN, json()).getString("nickname")).isEqualTo("AnonymousUser2");
  }

  @Test
  void userOfTheGatewayKeepsItsName() throws Exception {
    JsonObject answer = (JsonObject) ask(LOGIN, null, "user", "ada").body();
    assertThat(answer.getString("nickname")).isEqualTo("ada");
  }

  @Test
  void loginIdIsNotRevealedInTheRoom() throws Exception {
    JsonObject ann = answer(LOGIN, json("nickname", "Ann"));
    String id = ann.getString("id");
    JsonObject announcement = room.next();
    assertThat(UUID.fromString(announcement.getString("id"))).isNotNull();
    answer(SAY, json("id", id, "message", "hi"));
    assertThat(room.next().getString("id")).isEqualTo(announcement.getString("id"));
    assertThat(id).doesNotContain(announcement.getString("id"));
    assertThat(error(SAY, json("id", announcement.getString("id"), "message", "hi")))
        .startsWith("400 ");
    String node = id.substring(0, id.indexOf('.') + 1);
    assertThat(error(SAY, json("id", node + announcement.getString("id"), "message", "hi")))
        .startsWith("410 ");
  }

  @Test
  void roomMessagesCarryTheirEventName() throws Exception {
    JsonObject names = new JsonObject();
    vertx
        .eventBus()
        .<JsonObject>consumer(
            "chat.room",
            received ->
                names.put(received.body().getString("message"), received.headers().get("name")));
    String ann = loggedIn("Ann");
    assertThat(answer(SAY, json("id", ann, "message", "hello <b>"))).isEqualTo(json());
    JsonObject said = room.next();
    said.remove("id");
    assertThat(said).isEqualTo(json("type", "message", "nickname", "Ann", "message", "hello <b>"));
    assertThat(answer(NICKNAME, json("id", ann, "nickname", " Anna ")))
        .isEqualTo(json("id", ann, "nickname", "Anna"));
    assertThat(room.nextText()).isEqualTo("Client Ann changed to Anna");
    Waiting.until(() -> names.size() == 3);
    assertThat(names.getMap())
        .containsEntry("Ann has connected", "notification")
        .containsEntry("hello <b>", "message")
        .containsEntry("Client Ann changed to Anna", "nickname");
  }

  @Test
  void takenNicknameIsRefused() throws Exception {
    String ann = loggedIn("Ann");
    assertThat(error(LOGIN, json("nickname", "ANN"))).isEqualTo("409 the nickname ANN is taken");
    String bob = loggedIn("Bob");
    assertThat(error(NICKNAME, json("id", bob, "nickname", "ann")))
        .isEqualTo("409 the nickname ann is taken");
    assertThat(error(NICKNAME, json("id", ann, "nickname", "Ann")))
        .isEqualTo("409 your nickname is Ann already");
    answer(SAY, json("id", bob, "message", "next"));
    assertThat(room.nextText()).isEqualTo("next");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          login    | [1]                            | 400 the body must be a JSON object
          login    | {"nickname": 1}                | 400 the nickname must be text
          login    | {"nickname": " "}              | 400 a nickname must not be empty: /nick NAME
          login    | {"socket_id": 1}               | 400 the socket_id must be that of a connection
          login    | {"socket_id": "a b"}           | 400 the socket_id must be that of a connection
          nickname | {"nickname": "Ann"}            | 400 the id must be the one that /login has answered
          nickname | {"id": "x", "nickname": "Ann"} | 400 the id must be the one that /login has answered
          nickname | {"id": "*", "nickname": null}  | 400 the nickname must be text
          nickname | {"id": "*", "nickname": ""}    | 400 a nickname must not be empty: /nick NAME
          say      | {"id": 1, "message": "hi"}     | 400 the id must be the one that /login has answered
          say      | {"id": "*"}                    | 400 the message must be text
          say      | {"id": "*", "message": " "}    | 400 a chat message must not be empty
          """)
  void invalidRequestIsRefused(String what, String body, String words) throws Exception {
    String id = loggedIn("Bob");
    Object sent = body.startsWith("[") ? new JsonArray(body) : new JsonObject(body);
    if (sent instanceof JsonObject json && "*".equals(json.getValue("id"))) {
      json.put("id", id);
    }
    assertThat(error("chat.http." + what, sent)).isEqualTo(words);
    answer(SAY, json("id", id, "message", "next"));
    assertThat(room.nextText()).isEqualTo("next");
  }

  @Test
  void bodyWithoutJsonIsRefused() throws Exception {
    assertThat(error(LOGIN, "nickname=Ann")).startsWith("400 ");
    assertThat(error(SAY, Buffer.buffer("x"))).startsWith("400 ");
    assertThat(error(SAY, null)).startsWith("400 ");
  }

  @Test
  void tooLongMessageIsRefused() throws Exception {
    assertThat(error(SAY, json("id", loggedIn("Bob"), "message", "x".repeat(4097))))
        .isEqualTo("413 a chat message has at most 4096 bytes");
  }

  @Test
  void loginOverTheLimitIsRefusedUntilSomebodyLeaves() throws Exception {
    deployAnew(json("most", 1, "idle", 1_000));
    loggedIn("Ann");
    assertThat(error(LOGIN, json("nickname", "Cid")))
        .isEqualTo("503 too many are logged in already");
    assertThat(room.nextText()).isEqualTo("Ann has disconnected");
    loggedIn("Cid");
  }

  @Test
  void refusedLoginDoesNotCount() throws Exception {
    deployAnew(json("most", 2));
    loggedIn("Ann");
    for (int i = 0; i < 5; i++) {
      assertThat(error(LOGIN, json("nickname", "Ann"))).startsWith("409 ");
    }
    loggedIn("Bob");
  }

  @Test
  void idleClientLeavesAndMustLogInAgain() throws Exception {
    deployAnew(json("idle", 1_000));
    String ann = loggedIn("Ann");
    assertThat(room.nextText()).isEqualTo("Ann has disconnected");
    assertThat(error(SAY, json("id", ann, "message", "hi")))
        .isEqualTo("410 you are not logged in any more: log in again");
    loggedIn("Ann");
  }

  @Test
  void idleClientWithAConnectionStays() throws Exception {
    vertx
        .eventBus()
        .<JsonObject>localConsumer(
            "busbar.sessions", asked -> asked.reply(new JsonArray().add("1.2")));
    deployAnew(json("idle", 2_000));
    String ann = answer(LOGIN, json("nickname", "Ann", "socket_id", "1.2")).getString("id");
    assertThat(room.nextText()).isEqualTo("Ann has connected");
    answer(LOGIN, json("nickname", "Bob", "socket_id", "3.4"));
    assertThat(room.nextText()).isEqualTo("Bob has connected");
    assertThat(room.nextText()).isEqualTo("Bob has disconnected");
    answer(SAY, json("id", ann, "message", "here"));
    assertThat(room.nextText()).isEqualTo("here");
  }

  @Test
  void clientLeavesWhenItsConnectionEnds() throws Exception {
    vertx
        .eventBus()
        .<JsonObject>localConsumer(
            "busbar.sessions", asked -> asked.reply(asked.body().getJsonArray("ids")));
    String ann = answer(LOGIN, json("nickname", "Ann", "socket_id", "1.2")).getString("id");
    assertThat(room.nextText()).isEqualTo("Ann has connected");
    vertx.eventBus().publish("busbar.session.closed", "1.2");
    assertThat(room.nextText()).isEqualTo("Ann has disconnected");
    assertThat(error(NICKNAME, json("id", ann, "nickname", "Bob"))).startsWith("410 ");
  }

  @Test
  void clientWithAnEndedConnectionLeaves() throws Exception {
    vertx
        .eventBus()
        .<JsonObject>localConsumer("busbar.sessions", asked -> asked.reply(new JsonArray()));
    vertx.eventBus().publish("busbar.session.closed", "1.2");
    ask(LOGIN, json("nickname", "Ann", "socket_id", "1.2"));
    assertThat(room.nextText()).isEqualTo("Ann has connected");
    assertThat(room.nextText()).isEqualTo("Ann has disconnected");
  }

  @Test
  void allClientsLeaveWhenTheChatStops() throws Exception {
    loggedIn("Ann");
    await(vertx.undeploy(deployment));
    assertThat(room.nextText()).isEqualTo("Ann has disconnected");
    int held = await(vertx.sharedData().getAsyncMap("chat.nicknames").compose(map -> map.size()));
    assertThat(held).isZero();
  }

  @Test
  void loginWithoutAChatIsAnswered503() throws Exception {
    Vertx other = Vertx.vertx();
    try {
      await(other.deployVerticle(new PusherChatVerticle()));
      Message<Object> answer = await(other.eventBus().request(LOGIN, null));
      assertThat(answer.headers().get("status")).isEqualTo("503");
    } finally {
      await(other.close());
    }
  }

  @ParameterizedTest
  @CsvSource({
    "idle, 999, 'PusherChatVerticle: idle must be from 1000 to 86400000 ms, not 999'",
    "most, 0, 'PusherChatVerticle: most must be from 1 to 1000000, not 0'",
    "more, 1, 'PusherChatVerticle: more is not one of idle, most'"
  })
  void invalidConfigStopsTheStart(String key, int value, String words) {
    assertThatThrownBy(() -> deploy(json(key, value))).hasMessageContaining(words);
  }
}
