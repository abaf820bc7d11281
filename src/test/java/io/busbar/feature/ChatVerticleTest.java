package io.busbar.feature;

import static io.busbar.feature.EndpointClient.refusal;
import static io.busbar.feature.Waiting.await;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vertx.core.DeploymentOptions;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.eventbus.Message;
import io.vertx.core.json.JsonObject;
import io.vertx.junit5.VertxExtension;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Tests the chat for clients of a service endpoint. */
@ExtendWith(VertxExtension.class)
class ChatVerticleTest {
  private Vertx vertx;
  private String deployment;
  private AddressListener room;

  @BeforeEach
  void deploy(Vertx vertx) throws Exception {
    this.vertx = vertx;
    deployment = await(vertx.deployVerticle(new ChatVerticle()));
    room = new AddressListener(vertx, "chat.room");
  }

  @Test
  void joiningIsAnnounced() throws Exception {
    EndpointClient client = client();

    assertThat(await(client.open()).body()).isNull();
    assertThat(room.next().encode())
        .isEqualTo(
            "{\"type\":\"notification\",\"id\":\"%s\",\"nickname\":\"AnonymousUser1\",\"message\":\"AnonymousUser1 has connected\"}"
                .formatted(client.session()));
  }

  @Test
  void textIsPublishedInTheRoom() throws Exception {
    EndpointClient client = joined("AnonymousUser1");

    assertThat(await(client.say("hello  <b>")).body()).isNull();
    assertThat(room.next().encode())
        .isEqualTo(
            "{\"type\":\"message\",\"id\":\"%s\",\"nickname\":\"AnonymousUser1\",\"message\":\"hello  <b>\"}"
                .formatted(client.session()));
  }

  @Test
  void clientMayJoinWithANickname() throws Exception {
    JsonObject ann = new JsonObject().put("nickname", "Ann");
    assertThat(await(client().event("open", ann)).headers().get("nickname")).isEqualTo("Ann");
    assertThat(room.nextText()).isEqualTo("Ann has connected");
    assertThat(refusal(client().event("open", ann))).isEqualTo("409 the nickname Ann is taken");
    ann.put("nickname", "");
    assertThat(refusal(client().event("open", ann)))
        .isEqualTo("400 a nickname must not be empty: /nick NAME");
    joined("AnonymousUser1");
  }

  @Test
  void nicknameEventRefusesAnInvalidNickname() throws Exception {
    EndpointClient client = joined("AnonymousUser1");
    assertThat(refusal(client.nickname("")))
        .isEqualTo("400 a nickname must not be empty: /nick NAME");
    assertThat(await(client.nickname("Ann")).headers().get("nickname")).isEqualTo("Ann");
  }

  @Test
  void changingTheNicknameIsAnnounced() throws Exception {
    EndpointClient client = joined("AnonymousUser1");

    assertThat(await(client.say("/nick Ann Lee")).body()).isNull();
    assertThat(room.next().encode())
        .isEqualTo(
            "{\"type\":\"nick_update\",\"id\":\"%s\",\"nickname\":\"Ann Lee\",\"message\":\"Client AnonymousUser1 changed to Ann Lee\"}"
                .formatted(client.session()));
  }

  @Test
  void leavingIsAnnouncedAndFreesTheNickname() throws Exception {
    EndpointClient ann = named("Ann");
    EndpointClient other = joined("AnonymousUser2");

    assertThat(await(ann.close()).body()).isNull();
    assertThat(room.next().encode())
        .isEqualTo(
            "{\"type\":\"notification\",\"id\":\"%s\",\"nickname\":\"Ann\",\"message\":\"Ann has disconnected\"}"
                .formatted(ann.session()));
    await(other.say("/nick Ann"));
    assertThat(room.nextText()).isEqualTo("Client AnonymousUser2 changed to Ann");
  }

  @Test
  void nicknameIsFreeOnceTheLeaveIsAnnounced() throws Exception {
    EndpointClient ann = named("Ann");
    EndpointClient other = joined("AnonymousUser2");
    Promise<Message<Object>> taken = Promise.promise();
    vertx
        .eventBus()
        .<JsonObject>consumer(
            "chat.room",
            received -> {
              if (received.body().getString("message").equals("Ann has disconnected")) {
                other.say("/nick Ann").onComplete(taken);
              }
            });

    ann.close();

    assertThat(await(taken.future()).body()).isNull();
  }

  @Test
  void anonymousNumbersAreNotReused() throws Exception {
    await(joined("AnonymousUser1").close());
    assertThat(room.nextText()).isEqualTo("AnonymousUser1 has disconnected");

    joined("AnonymousUser2");
  }

  @Test
  void numberTakenAsANicknameIsSkipped() throws Exception {
    named("anonymoususer2");

    joined("AnonymousUser3");
  }

  @Test
  void sessionIdThatIsNoUuidIsReplaced() throws Exception {
    await(new EndpointClient(vertx, "chat", "1-1-1-1-1").open());

    String id = room.next().getString("id");
    assertThat(UUID.fromString(id)).hasToString(id);
    assertThat(id).isNotEqualTo("1-1-1-1-1");
  }

  @ParameterizedTest
  @CsvSource({
    "'/nick', 400 a nickname must not be empty: /nick NAME",
    "'/nick  ', 400 a nickname must not be empty: /nick NAME",
    "'/nick 1234567890123456789012345678901', 400 a nickname has at most 30 characters",
    "'/nick a\u0007b', 400 a nickname must not have control or invisible characters",
    "'/nick ann', 409 the nickname ann is taken",
    "'/nick \uFF21\uFF4E\uFF4E', 409 the nickname \uFF21\uFF4E\uFF4E is taken",
    "'/nick Server', 409 the nickname Server is taken",
    "'/nick AnonymousUser2', 409 your nickname is AnonymousUser2 already",
  })
  void refusedNicknameIsNotPublished(String command, String refusal) throws Exception {
    named("Ann");
    EndpointClient client = joined("AnonymousUser2");

    assertThat(refusal(client.say(command))).isEqualTo(refusal);

    await(client.say("next"));
    assertThat(room.next().getMap())
        .containsEntry("nickname", "AnonymousUser2")
        .containsEntry("message", "next");
  }

  @Test
  void ownNicknameMayChangeItsCase() throws Exception {
    EndpointClient ann = named("ann");

    await(ann.say("/nick ANN"));
    assertThat(room.nextText()).isEqualTo("Client ann changed to ANN");
    await(ann.close());
    assertThat(room.nextText()).isEqualTo("ANN has disconnected");
    assertThat(nicknames()).isZero();
  }

  @Test
  void abandonedNicknameIsFree() throws Exception {
    EndpointClient first = named("Ann");
    await(first.say("/nick Bob"));
    assertThat(room.nextText()).isEqualTo("Client Ann changed to Bob");

    await(joined("AnonymousUser2").say("/nick Ann"));
    assertThat(room.nextText()).isEqualTo("Client AnonymousUser2 changed to Ann");
  }

  @Test
  void oneOfManySimultaneousRequestsGetsANickname() throws Exception {
    List<EndpointClient> clients = new ArrayList<>();
    for (int number = 1; number <= 50; number++) {
      clients.add(joined("AnonymousUser" + number));
    }

    List<Future<Message<Object>>> wishes =
        clients.stream().map(client -> client.say("/nick Ann")).toList();

    await(Future.join(wishes).otherwiseEmpty());
    assertThat(wishes.stream().filter(Future::succeeded)).hasSize(1);
    assertThat(room.next().getString("type")).isEqualTo("nick_update");
    await(clients.get(0).say("next"));
    assertThat(room.nextText()).isEqualTo("next");
    assertThat(nicknames()).isEqualTo(50);
  }

  @Test
  void messagesOfAClientKeepTheirOrderWhileItJoins() throws Exception {
    Map<String, Integer> nextOf = new HashMap<>();
    for (int clients = 0; clients < 20; clients++) {
      EndpointClient client = client();
      nextOf.put(client.session(), 0);
      client.open();
      client.say("/nick Client" + clients);
      for (int text = 2; text < 50; text++) {
        client.say(String.valueOf(text));
      }
      client.close();
    }

    for (int received = 0; received < 20 * 51; received++) {
      JsonObject next = room.next();
      int place = nextOf.merge(next.getString("id"), 1, Integer::sum) - 1;
      String text = next.getString("message");
      switch (place) {
        case 0 -> assertThat(text).endsWith("has connected");
        case 1 -> assertThat(next.getString("type")).isEqualTo("nick_update");
        case 50 -> assertThat(text).endsWith("has disconnected");
        default -> assertThat(text).isEqualTo(String.valueOf(place));
      }
    }
    assertThat(nicknames()).isZero();
  }

  @ParameterizedTest
  @ValueSource(strings = {"", " \t\n", "\u00A0\u3000", "\u200B"})
  void blankMessageIsRefused(String text) throws Exception {
    EndpointClient client = joined("AnonymousUser1");

    assertThat(refusal(client.say(text))).isEqualTo("400 a chat message must not be empty");
    await(client.say("next"));
    assertThat(room.nextText()).isEqualTo("next");
  }

  @Test
  void messageHasAtMostFourKibibytesOfUtf8() throws Exception {
    EndpointClient client = joined("AnonymousUser1");

    await(client.say("ü".repeat(2048)));
    assertThat(room.nextText()).hasSize(2048);
    assertThat(refusal(client.say("ü".repeat(2048) + "a")))
        .isEqualTo("413 a chat message has at most 4096 bytes");
    assertThat(refusal(client.say("a".repeat(4097))))
        .isEqualTo("413 a chat message has at most 4096 bytes");
  }

  @Test
  void binaryMessageIsRefused() throws Exception {
    assertThat(refusal(joined("AnonymousUser1").say(Buffer.buffer("hi"))))
        .isEqualTo("400 a chat message is text, not binary");
  }

  @Test
  void unknownCommandIsText() throws Exception {
    EndpointClient client = joined("AnonymousUser1");

    await(client.say("/nickname Ann"));
    assertThat(room.nextText()).isEqualTo("/nickname Ann");
  }

  @Test
  void unknownEventIsRefused() throws Exception {
    assertThat(refusal(client().event("ping", null)))
        .isEqualTo("400 the header event must be open, message or close, not ping");
  }

  @Test
  void clientWithoutASessionCannotJoin() throws Exception {
    assertThat(refusal(vertx.eventBus().request("chat", "hi")))
        .isEqualTo("400 the header session is missing: only clients of the gateway can join");
  }

  @Test
  void closeWithoutOpenIsIgnored() throws Exception {
    assertThat(await(client().close()).body()).isNull();
    joined("AnonymousUser1");
  }

  @Test
  void stoppingAnnouncesItselfLastAndFreesNicknames() throws Exception {
    String id = named("Ann").session();
    client().open();

    await(vertx.undeploy(deployment));

    JsonObject lastMessage = room.next();
    while (lastMessage.getString("message").endsWith("has connected")) {
      lastMessage = room.next();
    }
    assertThat(lastMessage.getString("type")).isEqualTo("notification");
    assertThat(lastMessage.getString("nickname")).isEqualTo("Server");
    assertThat(lastMessage.getString("message")).isEqualTo("Server has disconnected");
    assertThat(lastMessage.getString("id")).isNotEqualTo(id);
    assertThat(nicknames()).isZero();
    vertx.eventBus().publish("chat.room", new JsonObject().put("message", "the end"));
    assertThat(room.nextText()).isEqualTo("the end");
  }

  @Test
  void nicknameOfADeadChatIsFree() throws Exception {
    await(
        vertx
            .sharedData()
            .getAsyncMap("chat.nicknames")
            .compose(map -> map.put("ann", "busbar.nicknames.dead/somebody")));

    named("Ann");
  }

  @Test
  void nicknameOfAnotherChatIsTaken() throws Exception {
    named("Ann");
    await(vertx.deployVerticle(new ChatVerticle()));
    List<EndpointClient> clients = List.of(client(), client());

    for (EndpointClient client : clients) {
      assertThat(refusal(client.say("/nick Ann"))).isEqualTo("409 the nickname Ann is taken");
    }
  }

  @Test
  void severalInstancesOnANodeAreRefused() {
    DeploymentOptions two = new DeploymentOptions().setInstances(2);

    assertThatThrownBy(() -> await(vertx.deployVerticle(ChatVerticle.class, two)))
        .hasMessageContaining("ChatVerticle knows its clients: it takes one instance a node");
  }

  private EndpointClient client() {
    return new EndpointClient(vertx, "chat");
  }

  private EndpointClient joined(String nickname) throws Exception {
    EndpointClient client = client();
    await(client.open());
    assertThat(room.nextText()).isEqualTo(nickname + " has connected");
    return client;
  }

  private EndpointClient named(String nickname) throws Exception {
    EndpointClient client = joined("AnonymousUser1");
    await(client.say("/nick " + nickname));
    assertThat(room.next().getString("nickname")).isEqualTo(nickname);
    return client;
  }

  private int nicknames() throws Exception {
    return await(vertx.sharedData().getAsyncMap("chat.nicknames").compose(map -> map.size()));
  }
}
