package io.busbar.protocol.pusher;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.busbar.TestGateway;
import io.busbar.hub.Refusal;
import io.vertx.core.eventbus.DeliveryOptions;
import io.vertx.core.eventbus.Message;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The behaviour of a session over a WebSocket. */
final class PusherSessionTest {
  private static final Duration PATIENCE = Duration.ofSeconds(20);
  private static final String PERMISSIONS =
      "permissions=[{address: 'public.#', allow: [subscribe]},"
          + " {address: 'cache-public', allow: [subscribe]}]";

  private final TestGateway gateway = TestGateway.start(PERMISSIONS, PusherClient.APPS);
  private final Trigger trigger = new Trigger(gateway.vertx(), gateway.hub().history());
  private final PusherApp app =
      new PusherApp(io.busbar.config.PusherConfig.App.of("3", "demo-key", "demo-secret"));
  private final List<PusherClient> clients = new ArrayList<>();

  @AfterEach
  void stop() {
    clients.forEach(PusherClient::close);
    gateway.close();
  }

  private PusherClient client() {
    PusherClient client = PusherClient.connect(gateway.httpPort());
    clients.add(client);
    return client;
  }

  private int goodbye(String path) {
    PusherClient client = PusherClient.to(gateway.httpPort(), path);
    clients.add(client);
    return client.pipe().goodbye();
  }

  private void trigger(String channel, String event, String data) {
    trigger.publish(app, channel, PusherEvent.of(event, data, null, null));
  }

  @Test
  void clientIsToldItsSocketIdAndHowLongItMayBeSilent() {
    PusherClient client = PusherClient.to(gateway.httpPort(), "/app/demo-key?protocol=5");
    clients.add(client);
    JsonObject data = client.data("pusher:connection_established");
    assertThat(data.getString("socket_id")).matches("\\d+\\.\\d+");
    assertThat(data.getInteger("activity_timeout")).isEqualTo(120);
  }

  @ParameterizedTest
  @CsvSource({
    "/app/nobody?protocol=7, 4001",
    "/app/demo-key/more?protocol=7, 4005",
    "/app/demo-key?protocol=7&version=%0a, 4006",
    "/app/demo-key?protocol=8, 4007",
    "/app/demo-key?protocol=x, 4007",
    "/app/demo-key?version=8, 4008",
    "/app/demo-key, 4008"
  })
  void whoCannotBeServedIsToldWhy(String path, int code) {
    assertThat(goodbye(path)).isEqualTo(code);
    await().atMost(PATIENCE).until(() -> gateway.counters().sessionCount() == 0);
  }

  @Test
  void pingIsAnsweredWithPong() {
    PusherClient client = client();
    client.say("pusher:ping", new JsonObject());
    client.next("pusher:pong");
  }

  @Test
  void silentClientIsAskedAndDroppedWhenItDoesNotAnswer() {
    try (TestGateway impatient =
        TestGateway.start(
            PusherClient.APPS, "pusher.activity-timeout=1s", "http.websocket.pong-timeout=1s")) {
      PusherClient client = PusherClient.connect(impatient.httpPort());
      clients.add(client);
      client.next("pusher:ping");
      client.say("pusher:pong", new JsonObject());
      client.next("pusher:ping");
      assertThat(client.pipe().goodbye()).isEqualTo(4201);
    }
  }

  @Test
  void eventsOfAPublicChannelAreHeardAsTheyWereTriggered() {
    PusherClient client = client();
    assertThat(client.subscribe("public.chat")).isEqualTo(new JsonObject());
    trigger("public.chat", "said", "{ \"text\": \"hi\" }");
    assertThat(client.next())
        .isEqualTo(
            new JsonObject()
                .put("event", "said")
                .put("channel", "public.chat")
                .put("data", "{ \"text\": \"hi\" }"));
  }

  @Test
  void whatOthersPublishIsAnEventToo() {
    PusherClient client = client();
    client.subscribe("public.chat");
    gateway.bus().publish("public.chat", new JsonObject().put("a", 1));
    assertThat(client.next("message").getString("data")).isEqualTo("{\"a\":1}");
    DeliveryOptions named = new DeliveryOptions().addHeader("name", "pusher:error");
    gateway.bus().publish("public.chat", "text", named);
    assertThat(client.next("message").getString("data")).isEqualTo("text");
  }

  @Test
  void publicChannelTakesTheRightToItsAddress() {
    PusherClient client = client();
    client.asks("secret", null);
    JsonObject data = client.data("pusher:subscription_error");
    assertThat(data.getString("type")).isEqualTo("AuthError");
    assertThat(data.getInteger("status")).isEqualTo(403);
    assertThat(data.getString("error")).isEqualTo("access denied: secret (subscribe)");
  }

  @Test
  void privateChannelTakesASignatureOfThisConnection() {
    PusherClient client = client();
    client.subscribe("private-chat");
    trigger("private-chat", "said", "1");
    assertThat(client.next("said").getString("channel")).isEqualTo("private-chat");
    PusherClient other = client();
    String auth = "demo-key:" + PusherClient.SIGNATURES.of(client.socketId() + ":private-chat");
    other.say(
        "pusher:subscribe", new JsonObject().put("channel", "private-chat").put("auth", auth));
    JsonObject data = other.data("pusher:subscription_error");
    assertThat(data.getInteger("status")).isEqualTo(401);
    assertThat(data.getString("type")).isEqualTo("AuthError");
    assertThat(gateway.counters().refusedCount(Refusal.ACCESS_DENIED)).isEqualTo(1);
  }

  @Test
  void encryptedChannelIsRelayed() {
    PusherClient client = client();
    client.subscribe("private-encrypted-chat");
    String data = "{\"nonce\":\"4sVYwy4j/8dCcjyxtPCWyk19GaaViaW9\",\"ciphertext\":\"/GMES=\"}";
    trigger("private-encrypted-chat", "said", data);
    assertThat(client.next("said").getString("data")).isEqualTo(data);
    client.say("client-typing", "private-encrypted-chat", "x");
    assertThat(client.error(4301)).contains("private and presence channels");
  }

  @Test
  void channelIsHeardNoMoreAfterUnsubscribing() {
    PusherClient client = client();
    client.subscribe("public.a");
    client.subscribe("public.b");
    client.say("pusher:unsubscribe", new JsonObject().put("channel", "public.a"));
    await().atMost(PATIENCE).until(() -> gateway.counters().channelCount() == 1);
    trigger("public.a", "late", "1");
    trigger("public.b", "said", "2");
    client.next("said");
    assertThat(client.subscribe("public.a")).isNotNull();
  }

  @Test
  void secondSubscriptionIsAnError() {
    PusherClient client = client();
    client.subscribe("public.a");
    client.asks("public.a", null);
    assertThat(client.error(null)).isEqualTo("existing subscription to channel public.a");
  }

  @Test
  void badNameOfAChannelIsAnError() {
    PusherClient client = client();
    client.asks("no channel", null);
    JsonObject error = client.next("pusher:subscription_error");
    assertThat(error.getString("channel")).isEqualTo("no channel");
    assertThat(new JsonObject(error.getString("data")).getInteger("status")).isEqualTo(400);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "x | a message is a JSON object",
        "[] | a message is a JSON object",
        "{} | a message has an event of 1 to 200 characters",
        "{\"event\":1} | the event of a message is a string",
        "{\"event\":\"x\"} {} | nothing comes after the object of a message",
        "{\"event\":\"said\"} | events of clients begin with client-",
        "{\"event\":\"pusher:subscribe\"} | the data of pusher:subscribe is an object",
        "{\"event\":\"pusher:subscribe\",\"data\":{}} | a subscription has a channel",
        "{\"event\":\"pusher:subscribe\",\"data\":\"[\"} | the data of pusher:subscribe is an object"
      })
  void brokenRuleIsNamedAndTheClientGoesOn(String message, String rule) {
    PusherClient client = client();
    client.pipe().send(message);
    assertThat(client.error(4200)).isEqualTo(rule);
    client.say("pusher:ping", new JsonObject());
    client.next("pusher:pong");
  }

  @Test
  void dataOfTheProtocolsOwnEventsMayBeTheirText() {
    PusherClient client = client();
    client.say("pusher:subscribe", null, "{\"channel\":\"public.a\",\"auth\":\"\"}");
    client.next("pusher_internal:subscription_succeeded");
  }

  @Test
  void binaryMessageEndsTheConnection() {
    PusherClient client = client();
    assertThat(client.socketId()).isNotNull();
    io.vertx.core.http.WebSocket socket =
        TestGateway.await(
            gateway
                .vertx()
                .createWebSocketClient()
                .connect(gateway.httpPort(), "127.0.0.1", "/app/demo-key?protocol=7"));
    CompletableFuture<Short> code = new CompletableFuture<>();
    socket.closeHandler(closed -> code.complete(socket.closeStatusCode()));
    socket.writeBinaryMessage(io.vertx.core.buffer.Buffer.buffer("x"));
    assertThat(code).succeedsWithin(PATIENCE).isEqualTo((short) 1003);
  }

  @Test
  void clientEventIsHeardByTheOthersByteForByte() throws Exception {
    PusherClient sender = client();
    PusherClient receiver = client();
    sender.subscribe("private-chat");
    receiver.subscribe("private-chat");
    CompletableFuture<Message<Object>> heard = new CompletableFuture<>();
    gateway.bus().consumer("private-chat", heard::complete);
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
    Message<Object> message = heard.get(20, TimeUnit.SECONDS);
    assertThat(message.body()).isEqualTo(new JsonObject().put("n", 1.0));
    assertThat(message.headers().get("session")).isEqualTo(sender.socketId());
    assertThat(message.headers().get("protocol")).isEqualTo("pusher");
    sender.say("pusher:ping", new JsonObject());
    sender.next("pusher:pong");
  }

  @Test
  void clientEventsAreForChannelsThatOneIsIn() {
    PusherClient client = client();
    client.say("client-typing", "private-chat", "x");
    assertThat(client.error(4301)).isEqualTo("client events are for channels that one is in");
    client.subscribe("public.chat");
    client.say("client-typing", "public.chat", "x");
    assertThat(client.error(4301)).isEqualTo("client events are for private and presence channels");
  }

  @Test
  void tooManyClientEventsASecondAreRefused() {
    PusherClient client = client();
    client.subscribe("private-chat");
    for (int i = 0; i < 30; i++) {
      client.say("client-typing", "private-chat", i);
    }
    assertThat(client.error(4301)).isEqualTo("too many client events a second");
    assertThat(gateway.counters().refusedCount(Refusal.TOO_MANY_MESSAGES)).isPositive();
  }

  @Test
  void tooLargeClientEventIsRefused() {
    PusherClient client = client();
    client.subscribe("private-chat");
    client.say("client-typing", "private-chat", "x".repeat(10 * 1024 + 1));
    assertThat(client.error(4301)).isEqualTo("the data of an event is too large");
  }

  @Test
  void eventIsNotToldToTheConnectionThatItNames() {
    PusherClient one = client();
    PusherClient two = client();
    one.subscribe("public.a");
    two.subscribe("public.a");
    trigger.publish(app, "public.a", PusherEvent.of("first", "1", one.socketId(), null));
    trigger("public.a", "second", "2");
    two.next("first");
    two.next("second");
    one.next("second");
  }

  @Test
  void cacheChannelTellsItsLastEventOrThatThereIsNone() {
    PusherClient first = client();
    first.subscribe("cache-public");
    first.next("pusher:cache_miss");
    trigger("cache-public", "said", "{ \"n\":1}");
    first.next("said");
    PusherClient second = client();
    second.subscribe("cache-public");
    assertThat(second.next("said").getString("data")).isEqualTo("{ \"n\":1}");
  }

  @Test
  void clientEventsAreNoLastEventOfACacheChannel() {
    PusherClient one = client();
    PusherClient two = client();
    one.subscribe("private-cache-a");
    one.next("pusher:cache_miss");
    two.subscribe("private-cache-a");
    two.next("pusher:cache_miss");
    one.say("client-typing", "private-cache-a", "x");
    two.next("client-typing");
    PusherClient three = client();
    three.subscribe("private-cache-a");
    three.next("pusher:cache_miss");
  }

  @Test
  void whoSignsInHearsWhatIsForTheUser() {
    PusherClient client = client();
    String userData = "{\"id\":\"ann\",\"user_info\":{\"name\":\"Ann\"}}";
    String auth =
        "demo-key:" + PusherClient.SIGNATURES.of(client.socketId() + "::user::" + userData);
    client.asks("#server-to-user-ann", null);
    assertThat(client.data("pusher:subscription_error").getInteger("status")).isEqualTo(401);
    client.say("pusher:signin", new JsonObject().put("auth", auth).put("user_data", userData));
    assertThat(client.data("pusher:signin_success").getString("user_data")).isEqualTo(userData);
    client.subscribe("#server-to-user-ann");
    trigger("#server-to-user-ann", "hello", "1");
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
  void whoWatchesUsersIsToldWhenTheyComeAndGo() {
    PusherClient ann = client();
    signIn(ann, "{\"id\":\"ann\",\"watchlist\":[\"bob\"]}");
    String events = "pusher_internal:watchlist_events";
    assertThat(ann.data(events)).isEqualTo(watched("offline", "bob"));
    PusherClient bob = client();
    signIn(bob, "{\"id\":\"bob\"}");
    assertThat(ann.data(events)).isEqualTo(watched("online", "bob"));
    PusherClient eve = client();
    signIn(eve, "{\"id\":\"eve\",\"watchlist\":[\"bob\"]}");
    assertThat(eve.data(events)).isEqualTo(watched("online", "bob"));
    bob.close();
    assertThat(ann.data(events)).isEqualTo(watched("offline", "bob"));
  }

  @Test
  void watchlistThatIsTooLongIsAnErrorAndItsFirstUsersAreWatched() {
    JsonArray list = new JsonArray();
    for (int i = 0; i < 101; i++) {
      list.add("u" + i);
    }
    PusherClient client = client();
    signIn(client, new JsonObject().put("id", "ann").put("watchlist", list).encode());
    assertThat(client.error(4302)).isEqualTo("a watchlist is 100 ids of users at most");
    Set<Object> offline = new HashSet<>();
    while (offline.size() < 100) {
      JsonObject told = client.data("pusher_internal:watchlist_events");
      told.getJsonArray("events").getJsonObject(0).getJsonArray("user_ids").forEach(offline::add);
    }
    assertThat(offline).doesNotContain("u100");
  }

  @Test
  void whoSignsInWithAWrongSignatureIsDropped() {
    PusherClient client = client();
    String userData = "{\"id\":\"ann\"}";
    client.say(
        "pusher:signin", new JsonObject().put("auth", "demo-key:00").put("user_data", userData));
    assertThat(client.pipe().goodbye()).isEqualTo(4009);
  }

  @Test
  void appsAreApart() {
    PusherClient client = PusherClient.to(gateway.httpPort(), "/app/other-key?protocol=7");
    clients.add(client);
    String socketId = client.data("pusher:connection_established").getString("socket_id");
    String foreign = "demo-key:" + PusherClient.SIGNATURES.of(socketId + ":private-chat");
    client.say(
        "pusher:subscribe", new JsonObject().put("channel", "private-chat").put("auth", foreign));
    client.next("pusher:subscription_error");
    Signatures own = new Signatures("other-key", "other-secret");
    String auth = "other-key:" + own.of(socketId + ":private-chat");
    client.say(
        "pusher:subscribe", new JsonObject().put("channel", "private-chat").put("auth", auth));
    client.next("pusher_internal:subscription_succeeded");
    trigger("private-chat", "foreign", "1");
    gateway.bus().publish("4.private-chat", "own");
    assertThat(client.next("message").getString("data")).isEqualTo("own");
  }

  @Test
  void membersAreToldWhoIsThereAndWhoComesAndGoes() {
    PusherClient ann = client();
    assertThat(ann.subscribe("presence-chat", "ann").getJsonObject("presence"))
        .isEqualTo(
            new JsonObject()
                .put("ids", new JsonArray().add("ann"))
                .put("hash", new JsonObject().put("ann", new JsonObject().put("name", "ann")))
                .put("count", 1));
    PusherClient bob = client();
    JsonObject there = bob.subscribe("presence-chat", "bob").getJsonObject("presence");
    assertThat(there.getJsonArray("ids")).isEqualTo(new JsonArray().add("ann").add("bob"));
    assertThat(there.getInteger("count")).isEqualTo(2);
    assertThat(ann.data("pusher_internal:member_added"))
        .isEqualTo(
            new JsonObject()
                .put("user_id", "bob")
                .put("user_info", new JsonObject().put("name", "bob")));
    PusherClient again = client();
    again.subscribe("presence-chat", "bob");
    again.close();
    bob.say("client-hi", "presence-chat", "x");
    assertThat(ann.next("client-hi").getString("user_id")).isEqualTo("bob");
    bob.say("pusher:unsubscribe", new JsonObject().put("channel", "presence-chat"));
    assertThat(ann.data("pusher_internal:member_removed"))
        .isEqualTo(new JsonObject().put("user_id", "bob"));
  }

  @Test
  void presenceChannelTakesAUser() {
    PusherClient client = client();
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
  void whoWatchesFromAnotherProtocolHearsMembersToo() {
    List<JsonObject> heard = java.util.Collections.synchronizedList(new ArrayList<>());
    gateway.bus().<JsonObject>consumer("presence.presence-chat", event -> heard.add(event.body()));
    client().subscribe("presence-chat", "ann");
    assertThat(heard)
        .containsExactly(
            new JsonObject()
                .put("event", "join")
                .put("user", "ann")
                .put("info", new JsonObject().put("name", "ann")));
  }

  @Test
  void shutdownAsksClientsToComeAgain() {
    PusherClient client = client();
    client.subscribe("public.a");
    TestGateway.await(
        gateway.hub().close(io.busbar.hub.Disconnect.SHUTDOWN, Duration.ofMillis(200)));
    assertThat(client.pipe().goodbye()).isEqualTo(4200);
  }
}
