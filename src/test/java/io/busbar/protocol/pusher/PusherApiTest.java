package io.busbar.protocol.pusher;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.busbar.TestGateway;
import io.busbar.admin.BridgeListener;
import io.busbar.protocol.session.RawHttp;
import io.vertx.core.eventbus.Message;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Requests of backends to a single node over real sockets. */
final class PusherApiTest {
  private static final String EVENT = "{\"name\":\"said\",\"channel\":\"%s\",\"data\":\"%s\"}";
  private static final BlockingQueue<Message<Object>> HEARD = new LinkedBlockingQueue<>();

  private static TestGateway gateway;

  private ApiBackend backend;

  @BeforeAll
  static void start() {
    gateway =
        TestGateway.start(
            "admin.token=0123456789abcdef-admin",
            "permissions=[{address: '#', allow: [subscribe, publish, send]}]",
            "channels=[{address: kept, history: {messages: 10}},"
                + " {address: presence-room, presence: true}]",
            "pusher.apps=["
                + ApiBackend.APP
                + ", {id: other, key: other-key, secret: other-secret, address: 'o.{channel}'},"
                + " {id: 'off', key: off-key, secret: off-secret, enabled: false}]");
    TestGateway.await(gateway.bus().consumer("news", HEARD::add).completion());
    TestGateway.await(gateway.bus().consumer("o.news", HEARD::add).completion());
    TestGateway.await(gateway.bus().consumer("kept", HEARD::add).completion());
  }

  @AfterAll
  static void stop() {
    gateway.close();
  }

  @BeforeEach
  void connect() throws IOException {
    HEARD.clear();
    backend = new ApiBackend(gateway.httpPort());
  }

  @AfterEach
  void disconnect() throws IOException {
    backend.close();
  }

  private static Message<Object> nextMessage() throws InterruptedException {
    Message<Object> message = HEARD.poll(20, TimeUnit.SECONDS);
    assertThat(message).as("a message").isNotNull();
    return message;
  }

  private static BridgeListener listener(String... addresses) {
    BridgeListener listener = new BridgeListener(gateway);
    for (String address : addresses) {
      listener.say("register", address);
      await().until(() -> gateway.hub().isListenedTo(address));
    }
    return listener;
  }

  @Test
  void triggeredEventIsPublishedOnTheBus() throws Exception {
    assertThat(backend.post("/events", EVENT.formatted("news", "{ \\\"a\\\":1}")))
        .isEqualTo("200 {}");
    Message<Object> message = nextMessage();
    assertThat(message.body()).isEqualTo(new JsonObject().put("a", 1));
    assertThat(message.headers().get("name")).isEqualTo("said");
    assertThat(message.headers().get("busbar-data")).isEqualTo("{ \"a\":1}");
    assertThat(message.headers().get("busbar-except")).isNull();
  }

  @Test
  void clientsOfOtherProtocolsReceiveTheEvent() throws Exception {
    BridgeListener listener = listener("lobby");
    assertThat(backend.post("/events", EVENT.formatted("lobby", "hello"))).isEqualTo("200 {}");
    await().until(() -> !listener.received().isEmpty());
    assertThat(listener.received().get(0).getString("body")).isEqualTo("hello");
    assertThat(listener.received().get(0).getJsonObject("headers").getMap())
        .isEqualTo(Map.of("name", "said"));
    listener.close();
  }

  @Test
  void connectionIsReusedAlsoAfterRefusedRequests() throws Exception {
    for (int i = 0; i < 20; i++) {
      assertThat(backend.post("/events", EVENT.formatted("news", i))).isEqualTo("200 {}");
      assertThat(backend.post("/events", "[]")).startsWith("400 ");
      assertThat(backend.send("POST", "/apps/3/events?auth_key=x", "a body").status())
          .isEqualTo(401);
      assertThat(nextMessage().body()).isEqualTo(i);
    }
  }

  @Test
  void eventsMayHaveManyChannelsAndBatchesManyEvents() throws Exception {
    BridgeListener listener = listener("many-1", "many-2");
    assertThat(
            backend.post(
                "/events", "{\"name\":\"n\",\"channels\":[\"many-1\",\"many-2\"],\"data\":\"1\"}"))
        .isEqualTo("200 {}");
    assertThat(
            backend.post(
                "/batch_events",
                "{\"batch\":[%s,%s]}"
                    .formatted(EVENT.formatted("many-2", "2"), EVENT.formatted("many-1", "3"))))
        .isEqualTo("200 {}");
    await().until(() -> listener.received().size() == 4);
    assertThat(listener.received())
        .extracting(each -> each.getString("address") + "=" + each.getValue("body"))
        .containsExactlyInAnyOrder("many-1=1", "many-2=1", "many-2=2", "many-1=3");
    listener.close();
  }

  @Test
  void batchWithAnInvalidEventPublishesNothing() throws Exception {
    assertThat(
            backend.post(
                "/batch_events", "{\"batch\":[%s,{}]}".formatted(EVENT.formatted("news", "1"))))
        .isEqualTo("400 batch[1].name must be a string, and not empty");
    backend.post("/events", EVENT.formatted("news", "2"));
    assertThat(nextMessage().body()).isEqualTo(2);
  }

  @Test
  void eventOnAChannelWithHistoryIsStored() throws Exception {
    assertThat(backend.post("/events", EVENT.formatted("kept", "1"))).isEqualTo("200 {}");
    assertThat(nextMessage().headers().get("busbar-offset")).isEqualTo("1");
  }

  @Test
  void keyOfOneAppGivesNoAccessToAnother() throws Exception {
    try (ApiBackend mixed =
            new ApiBackend(gateway.httpPort(), "other", ApiBackend.KEY, ApiBackend.SECRET);
        ApiBackend others =
            new ApiBackend(gateway.httpPort(), "other", "other-key", "other-secret")) {
      assertThat(mixed.post("/events", EVENT.formatted("news", "1")))
          .isEqualTo("401 Unknown auth_key: this app has another one");
      assertThat(others.post("/events", EVENT.formatted("news", "2"))).isEqualTo("200 {}");
      Message<Object> message = nextMessage();
      assertThat(message.address()).isEqualTo("o.news");
      assertThat(message.body()).isEqualTo(2);
      BridgeListener listener = listener("not-theirs", "o.theirs");
      assertThat(others.get("/channels")).isEqualTo("200 {\"channels\":{\"theirs\":{}}}");
      listener.close();
    }
  }

  @Test
  void unsignedRequestIsRefusedBeforeItsBodyIsRead() throws Exception {
    try (RawHttp http = new RawHttp(gateway.httpPort())) {
      RawHttp.Answer answer =
          http.raw(
                  ("POST /apps/3/events?auth_key=demo-key HTTP/1.1\r\nHost: 127.0.0.1\r\n"
                          + "Content-Length: 1000000\r\n\r\n{")
                      .getBytes(java.nio.charset.StandardCharsets.US_ASCII))
              .answer();
      assertThat(answer.status()).isEqualTo(401);
      assertThat(answer.body()).isEqualTo("Missing parameter: auth_version\n");
      assertThat(answer.header("content-type")).isEqualTo("text/plain; charset=utf-8");
    }
  }

  @Test
  void tooLargeBodyOrDataIsRefused() throws Exception {
    assertThat(backend.post("/events", EVENT.formatted("news", "x".repeat(10_241))))
        .isEqualTo("413 The data content of this event exceeds the allowed maximum (10240 bytes)");
    assertThat(backend.post("/events", EVENT.formatted("news", "x".repeat(200_000))))
        .startsWith("413 At most ");
  }

  @Test
  void backendWithAWrongSecretIsRefused() throws Exception {
    try (ApiBackend wrong =
        new ApiBackend(gateway.httpPort(), "3", ApiBackend.KEY, ApiBackend.SECRET + "x")) {
      assertThat(wrong.get("/channels"))
          .startsWith(
              "401 Invalid signature: you should have sent"
                  + " HmacSHA256Hex(\"GET\\n/apps/3/channels\\nauth_key=demo-key&auth_timestamp=");
    }
  }

  @ParameterizedTest
  @CsvSource({
    "GET, /apps/3/events, 405",
    "DELETE, /apps/3/channels, 405",
    "POST, /apps/3/channels, 405",
    "POST, /apps/4/events, 404",
    "POST, /apps/3/event, 404",
    "GET, /apps/3, 404",
    "GET, /apps/3/channels/a/b, 404"
  })
  void unknownPathsAndMethodsAreRefused(String method, String path, int status) throws Exception {
    assertThat(backend.send(method, path, null).status()).isEqualTo(status);
  }

  @Test
  void channelsAreListedWithTheirSubscriptionCounts() throws Exception {
    BridgeListener one = listener("list-a", "list-b", "listen");
    BridgeListener two = listener("list-b");
    one.say("register", "list-*");
    await()
        .untilAsserted(
            () ->
                assertThat(
                        json(
                            backend.get(
                                "/channels",
                                "filter_by_prefix",
                                "list-",
                                "info",
                                "subscription_count")))
                    .isEqualTo(
                        new JsonObject(
                            "{\"channels\":{\"list-a\":{\"subscription_count\":1},"
                                + "\"list-b\":{\"subscription_count\":2}}}")));
    assertThat(json(backend.get("/channels", "filter_by_prefix", "list-")))
        .isEqualTo(new JsonObject("{\"channels\":{\"list-a\":{},\"list-b\":{}}}"));
    assertThat(json(backend.get("/channels")).getJsonObject("channels").fieldNames())
        .contains("list-a", "list-b", "listen")
        .allMatch(name -> ChannelName.of(name) != null && !name.startsWith("busbar."));
    two.close();
    await()
        .untilAsserted(
            () ->
                assertThat(backend.get("/channels/list-b", "info", "subscription_count"))
                    .isEqualTo("200 {\"occupied\":true,\"subscription_count\":1}"));
    one.close();
    await()
        .untilAsserted(
            () ->
                assertThat(backend.get("/channels/list-b", "info", "subscription_count"))
                    .isEqualTo("200 {\"occupied\":false,\"subscription_count\":0}"));
    assertThat(backend.get("/channels", "filter_by_prefix", "list-"))
        .isEqualTo("200 {\"channels\":{}}");
  }

  private static JsonObject json(String answer) {
    assertThat(answer).startsWith("200 ");
    return new JsonObject(answer.substring(4));
  }

  @Test
  void anonymousUsersOfAPresenceChannelAreListed() throws Exception {
    assertThat(backend.get("/channels/presence-room/users")).isEqualTo("200 {\"users\":[]}");
    List<BridgeListener> guests = new ArrayList<>();
    for (int i = 0; i < 3; i++) {
      guests.add(listener("presence-room"));
    }
    await()
        .untilAsserted(
            () ->
                assertThat(
                        json(
                            backend.get(
                                "/channels/presence-room",
                                "info",
                                "user_count,subscription_count")))
                    .isEqualTo(
                        new JsonObject(
                            "{\"occupied\":true,\"user_count\":3,\"subscription_count\":3}")));
    JsonArray users = json(backend.get("/channels/presence-room/users")).getJsonArray("users");
    assertThat(users).hasSize(3);
    assertThat(users.getJsonObject(0).fieldNames()).containsExactly("id");
    assertThat(backend.get("/channels", "filter_by_prefix", "presence-", "info", "user_count"))
        .isEqualTo("200 {\"channels\":{\"presence-room\":{\"user_count\":3}}}");
    assertThat(
            backend.post(
                "/events",
                "{\"name\":\"n\",\"channels\":[\"presence-room\",\"nobody\"],\"data\":\"1\","
                    + "\"info\":\"user_count,subscription_count\"}"))
        .isEqualTo(
            "200 {\"channels\":{\"presence-room\":{\"user_count\":3,\"subscription_count\":3},"
                + "\"nobody\":{\"subscription_count\":0}}}");
    assertThat(
            backend.post(
                "/batch_events",
                "{\"batch\":[{\"name\":\"n\",\"channel\":\"presence-room\",\"data\":\"1\","
                    + "\"info\":\"user_count\"},%s]}".formatted(EVENT.formatted("nobody", "2"))))
        .isEqualTo("200 {\"batch\":[{\"user_count\":3},{}]}");
    guests.forEach(BridgeListener::close);
  }

  @Test
  void unsupportedInfoOfAChannelIsAnError() throws Exception {
    assertThat(backend.get("/channels/news/users"))
        .isEqualTo("400 Users can only be retrieved for presence channels");
    assertThat(backend.get("/channels/news", "info", "user_count"))
        .isEqualTo("400 Cannot retrieve the user count unless the channel is a presence channel");
    assertThat(backend.get("/channels/news", "info", "cache"))
        .isEqualTo("400 Cannot retrieve the cache unless the channel is a cache channel");
    assertThat(backend.get("/channels", "info", "user_count"))
        .startsWith("400 user_count may only be requested for presence channels");
    assertThat(backend.get("/channels/news", "info", "colour"))
        .isEqualTo("400 info may be user_count, subscription_count and cache");
    assertThat(backend.get("/channels/news", "colour", "red"))
        .isEqualTo("400 The query has a parameter that is not known here");
    assertThat(backend.get("/channels/busbar.sessions"))
        .isEqualTo("400 There can be no channel of that name");
    assertThat(backend.get("/channels/a%20b"))
        .isEqualTo("400 There can be no channel of that name");
  }

  private static PusherClient client() {
    return PusherClient.connect(gateway.httpPort());
  }

  @Test
  void excludedConnectionDoesNotReceiveTheEvent() throws Exception {
    try (PusherClient one = client();
        PusherClient two = client()) {
      one.subscribe("exclude");
      two.subscribe("exclude");
      backend.post(
          "/events",
          "{\"name\":\"first\",\"channel\":\"exclude\",\"data\":\"1\",\"socket_id\":\"%s\"}"
              .formatted(one.socketId()));
      backend.post("/events", EVENT.formatted("exclude", "2"));
      assertThat(two.next("first").getString("data")).isEqualTo("1");
      assertThat(two.next("said").getString("data")).isEqualTo("2");
      assertThat(one.next("said").getString("data")).isEqualTo("2");
    }
  }

  @Test
  void presenceChannelCountsUsersAndSubscriptions() throws Exception {
    try (PusherClient one = client();
        PusherClient two = client();
        PusherClient three = client()) {
      one.subscribe("presence-club", "ann");
      two.subscribe("presence-club", "ann");
      three.subscribe("presence-club", "bob");
      assertThat(backend.get("/channels/presence-club/users"))
          .isEqualTo("200 {\"users\":[{\"id\":\"ann\"},{\"id\":\"bob\"}]}");
      assertThat(backend.get("/channels/presence-club", "info", "user_count,subscription_count"))
          .isEqualTo("200 {\"occupied\":true,\"user_count\":2,\"subscription_count\":3}");
      assertThat(
              backend.get(
                  "/channels", "filter_by_prefix", "presence-club", "info", "subscription_count"))
          .isEqualTo("200 {\"channels\":{\"presence-club\":{\"subscription_count\":3}}}");
    }
  }

  @Test
  void lastEventOfACacheChannelIsReturned() throws Exception {
    assertThat(backend.get("/channels/cache-a", "info", "cache"))
        .isEqualTo("200 {\"occupied\":false,\"cache\":null}");
    backend.post("/events", EVENT.formatted("cache-a", "{ \\\"n\\\": 1 }"));
    JsonObject cache =
        json(backend.get("/channels/cache-a", "info", "cache")).getJsonObject("cache");
    assertThat(cache.getString("data")).isEqualTo("{ \"n\": 1 }");
    assertThat(cache.getInteger("ttl")).isBetween(1_700, 1_800);
  }

  @Test
  void eventForAUserReachesItsSignedInConnection() throws Exception {
    try (PusherClient ann = client();
        PusherClient bob = client()) {
      ann.signIn("ann");
      bob.signIn("bob");
      ann.subscribe("#server-to-user-ann");
      bob.subscribe("#server-to-user-bob");
      backend.post("/events", EVENT.formatted("#server-to-user-ann", "1"));
      backend.post("/events", EVENT.formatted("#server-to-user-bob", "2"));
      assertThat(ann.next("said").getString("channel")).isEqualTo("#server-to-user-ann");
      assertThat(bob.next("said").getString("data")).isEqualTo("2");
      assertThat(json(backend.get("/channels")).getJsonObject("channels").fieldNames())
          .noneMatch(name -> name.startsWith("#"));
    }
  }

  @Test
  void terminatingAUserEndsOnlyItsConnections() throws Exception {
    try (PusherClient one = client();
        PusherClient two = client();
        PusherClient bob = client();
        PusherClient nobody = client()) {
      one.signIn("ann");
      two.signIn("ann");
      bob.signIn("bob");
      nobody.subscribe("presence-end", "ann");
      assertThat(backend.post("/users/ann/terminate_connections", "{}")).isEqualTo("200 {}");
      assertThat(one.pipe().closeCode()).isEqualTo(4009);
      assertThat(two.pipe().closeCode()).isEqualTo(4009);
      bob.subscribe("after");
      nobody.subscribe("after");
      backend.post("/events", EVENT.formatted("after", "1"));
      assertThat(bob.next("said").getString("data")).isEqualTo("1");
      assertThat(nobody.next("said").getString("data")).isEqualTo("1");
    }
  }

  @Test
  void disabledAppIsRefused() throws Exception {
    try (ApiBackend off = new ApiBackend(gateway.httpPort(), "off", "off-key", "off-secret")) {
      assertThat(off.get("/channels")).isEqualTo("403 This app is disabled");
      assertThat(off.post("/events", EVENT.formatted("news", "1")))
          .isEqualTo("403 This app is disabled");
    }
  }

  @Test
  void terminatingAnAbsentUserSucceeds() throws Exception {
    assertThat(backend.post("/users/ann/terminate_connections", "{}")).isEqualTo("200 {}");
    assertThat(backend.post("/users/a%20b/terminate_connections", "{}"))
        .isEqualTo("400 There can be no user of that id");
  }

  @Test
  void adminPortAcceptsSignedRequestsWithoutItsToken() throws Exception {
    try (ApiBackend admin = new ApiBackend(gateway.adminPort())) {
      assertThat(admin.post("/events", EVENT.formatted("news", "1"))).isEqualTo("200 {}");
      assertThat(nextMessage().body()).isEqualTo(1);
      assertThat(admin.send("GET", "/apps/3/channels", null).toString())
          .isEqualTo("401 Missing parameter: auth_key");
    }
  }

  @Test
  void requestFromAForeignOriginIsRefused() throws Exception {
    try (RawHttp http = new RawHttp(gateway.httpPort())) {
      String path = "/apps/3/channels";
      String query = path + "?" + backend.query("GET", path, null, Map.of());
      assertThat(http.get(query, "Origin: https://evil.example").status()).isEqualTo(403);
    }
    assertThat(backend.get("/channels")).startsWith("200 ");
  }
}
