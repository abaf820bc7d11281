package io.busbar.admin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.busbar.TestGateway;
import io.busbar.hub.Hub;
import io.vertx.core.Promise;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.eventbus.Message;
import io.vertx.core.eventbus.MessageConsumer;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.net.http.HttpResponse;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The API works as openapi.yaml says. Every answer here is checked with it. */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
final class ApiTest {
  private static TestGateway gateway;
  private static AdminClient admin;
  private static ContractClient contract;
  private static BridgeListener listener;

  @BeforeAll
  static void start() {
    Awaitility.setDefaultTimeout(20, TimeUnit.SECONDS);
    gateway = TestGateway.start("event-loops=2", "limits.message-size=1KiB");
    admin = new AdminClient(gateway.adminPort());
    contract = new ContractClient(gateway);
    listener = new BridgeListener(gateway).say("register", "public.news");
    listener.say("register", "stocks.AAPL");
    await().until(() -> gateway.counters().subscriptionCount() == 2);
  }

  @AfterAll
  static void stop() {
    listener.close();
    gateway.close();
  }

  private static JsonObject checked(
      int status, String method, String path, String body, String... headers) {
    return contract.checked(status, method, path, body, headers);
  }

  private static JsonObject post(int status, String path, String type, String body) {
    return checked(status, "POST", path, body, "Content-Type", type);
  }

  @Test
  void sessionsAreListed() {
    JsonArray sessions = checked(200, "GET", "/api/sessions", null).getJsonArray("sessions");
    assertThat(sessions).hasSize(1);
    JsonObject session = sessions.getJsonObject(0);
    assertThat(session.getString("protocol")).isEqualTo("bridge");
    assertThat(session.getString("address")).isEqualTo("127.0.0.1");
    assertThat(session.getInteger("subscriptions")).isEqualTo(2);
    assertThat(session.getValue("user")).isNull();
    assertThat(Instant.parse(session.getString("since"))).isBefore(Instant.now().plusSeconds(1));
  }

  @Test
  void pagesOfSessionsHaveEverySessionOnce() {
    List<BridgeListener> others = new ArrayList<>();
    for (int i = 0; i < 6; i++) {
      others.add(new BridgeListener(gateway));
    }
    await().until(() -> gateway.counters().sessionCount() == 7);
    List<String> seen = new ArrayList<>();
    String after = "";
    while (after != null) {
      JsonObject page = checked(200, "GET", "/api/sessions?limit=2&after=" + after, null);
      assertThat(page.getJsonArray("sessions").size()).isLessThanOrEqualTo(2);
      page.getJsonArray("sessions")
          .forEach(session -> seen.add(((JsonObject) session).getString("id")));
      after = page.getString("next");
    }
    assertThat(seen).hasSize(7).doesNotHaveDuplicates();
    assertThat(names("/api/sessions?protocol=stomp", "sessions", "id")).isEmpty();
    assertThat(names("/api/sessions?user=nobody", "sessions", "id")).isEmpty();
    others.forEach(BridgeListener::close);
    await().until(() -> gateway.counters().sessionCount() == 1);
  }

  private static List<String> names(String path, String list, String key) {
    return checked(200, "GET", path, null).getJsonArray(list).stream()
        .map(each -> ((JsonObject) each).getString(key))
        .toList();
  }

  @Test
  void channelsAreListedByName() {
    String all = "/api/channels";
    assertThat(names(all, "channels", "address")).containsExactly("public.news", "stocks.AAPL");
    assertThat(names(all + "?prefix=st", "channels", "address")).containsExactly("stocks.AAPL");
    assertThat(names(all + "?limit=1", "channels", "address")).containsExactly("public.news");
    assertThat(checked(200, "GET", all + "?limit=1", null).getString("next"))
        .isEqualTo("public.news");
    assertThat(names(all + "?after=public.news", "channels", "address"))
        .containsExactly("stocks.AAPL");
  }

  @Test
  void channelReportsItsSubscribersAndOverflow() {
    JsonObject channel = checked(200, "GET", "/api/channels/stocks.AAPL", null);
    assertThat(channel.getString("overflow")).isEqualTo("latest");
    assertThat(channel.getInteger("subscribers")).isEqualTo(1);
    assertThat(channel.getJsonObject("protocols")).isEqualTo(new JsonObject().put("bridge", 1));
    assertThat(checked(404, "GET", "/api/channels/nobody", null).getString("error"))
        .isEqualTo("no client of this node listens to nobody");
  }

  @Test
  void usersOfAChannelAreListed() {
    String path = "/api/channels/public.presence-demo/presence";
    BridgeListener other = new BridgeListener(gateway).say("register", "public.presence-demo");
    await().until(() -> checked(200, "GET", path, null).getInteger("count") == 1);
    JsonObject page = checked(200, "GET", path + "?limit=1&after=", null);
    JsonObject user = page.getJsonArray("users").getJsonObject(0);
    assertThat(user.getString("user")).hasSize(36);
    assertThat(user.getInteger("sessions")).isEqualTo(1);
    assertThat(checked(200, "GET", path + "?after=~", null).getJsonArray("users")).isEmpty();
    assertThat(checked(404, "GET", "/api/channels/public.news/presence", null).getString("error"))
        .isEqualTo("no rule gives the channel presence: public.news");
    checked(400, "GET", path + "?limit=0", null);
    other.close();
    await().until(() -> gateway.counters().channelCount() == 2);
  }

  @ParameterizedTest
  @CsvSource({
    "/api/sessions?limit=0", "/api/sessions?limit=1001", "/api/sessions?limit=x",
    "/api/channels?limit=-1", "/api/sessions?after=x", "/api/sessions?after=0.x"
  })
  void invalidPageRequestIsAnError(String path) {
    assertThat(checked(400, "GET", path, null).getString("error")).isNotBlank();
  }

  @ParameterizedTest
  @ValueSource(strings = {"x", "0.x", "x.0", "."})
  void placeThatIsNoneIsNamed(String after) {
    assertThat(checked(400, "GET", "/api/sessions?after=" + after, null).getString("error"))
        .isEqualTo("after must be the next of a page before");
  }

  @Test
  void publishedMessageReachesClients() {
    listener.received().clear();
    JsonObject message =
        new JsonObject()
            .put("address", "public.news")
            .put("body", new JsonObject().put("title", "Grüße"))
            .put("headers", new JsonObject().put("kind", "a"));
    JsonObject answer = post(200, "/api/publish", "application/json", message.encode());
    assertThat(answer.getInteger("published")).isEqualTo(1);
    await().until(() -> news().size() == 1);
    JsonObject received = news().get(0);
    assertThat(received.getJsonObject("body").getString("title")).isEqualTo("Grüße");
    assertThat(received.getJsonObject("headers").getString("kind")).isEqualTo("a");
  }

  @Test
  void bulkIsPublishedInOrderOnlyIfAllAreValid() {
    listener.received().clear();
    String good = "{\"address\": \"public.news\", \"body\": %d}";
    String bad = "[" + good.formatted(1) + ", {\"address\": \"\"}]";
    assertThat(post(400, "/api/publish", "application/json", bad).getString("error"))
        .isEqualTo("[1].address must have 1 to 200 characters");
    String both = "[" + good.formatted(2) + ", " + good.formatted(3) + "]";
    assertThat(post(200, "/api/publish", "application/json", both).getInteger("published"))
        .isEqualTo(2);
    await().until(() -> news().size() == 2);
    assertThat(news()).extracting(each -> each.getValue("body")).containsExactly(2, 3);
  }

  /** Returns the messages that came, without the prices of AAPL. */
  private static List<JsonObject> news() {
    return listener.received().stream()
        .filter(each -> "public.news".equals(each.getString("address")))
        .toList();
  }

  private static Message<Object> sent(String query, String type, String body) {
    Promise<Message<Object>> sent = Promise.promise();
    MessageConsumer<Object> consumer = gateway.bus().consumer("there", sent::tryComplete);
    TestGateway.await(consumer.completion());
    post(200, "/api/send" + query, type, body);
    Message<Object> message = TestGateway.await(sent.future());
    TestGateway.await(consumer.unregister());
    return message;
  }

  @Test
  void contentTypeDecidesThePayloadOfARawBody() {
    String raw = "?address=there";
    assertThat(sent(raw, "text/plain; charset=utf-8", "[1]").body()).isEqualTo("[1]");
    assertThat(sent(raw, "application/json", "[1]").body()).isEqualTo(new JsonArray().add(1));
    assertThat(sent(raw, "application/octet-stream", "[1]").body()).isEqualTo(Buffer.buffer("[1]"));
    assertThat(sent(raw, "image/png", "x").body()).isEqualTo(Buffer.buffer("x"));
  }

  @Test
  void backendCannotForgeTheSender() {
    String claimed =
        "{\"address\": \"there\", \"headers\": {\"USER\": \"root\", \"session\": \"s\","
            + " \"busbar-address\": \"c\", \"a\": \"b\"}}";
    Message<Object> message = sent("", "application/json", claimed);
    assertThat(message.headers().names()).containsExactly("a");
    assertThat(message.body()).isNull();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          400 |                   | application/json | {                                  | the body is not JSON
          400 |                   | application/json | 1                                  | the body must be
          400 |                   | application/json | [1]                                | [0] must be
          400 |                   | application/json | {"body": 1}                        | address must be a string
          400 |                   | application/json | {"address": 1}                     | address must be a string
          400 |                   | application/json | {"address": "a", "bdy": 1}         | bdy is not a known key
          400 |                   | application/json | {"address": "a", "headers": 1}     | headers must be an object
          400 |                   | application/json | {"address": "a", "headers":{"b":1}} | headers.b must be a string
          400 |                   | application/json | {"address": "busbar.stats"}        | address must not begin with busbar.
          400 |                   | application/json | {"address": "__vertx.x"}           | address must not begin with __vertx.
          400 |                   | application/json | {"address": "a", "body": [1e400]}  | body has a number that no message can hold
          400 | ?address=a        | application/json | -1e999999999                       | the body has a number that no message can hold
          400 | ?address=a        | application/json | {                                  | the body is not JSON
          400 | ?address=         | text/plain       | x                                  | address must have 1 to 200
          400 | ?address=busbar.x | text/plain       | x                                  | address must not begin with busbar.
          415 |                   | text/plain       | x                                  | say what the body is
          415 |                   | application/x-www-form-urlencoded | x                 | say what the body is
          415 | ?address=a        | application/x-www-form-urlencoded | x                 | say what the body is
          415 | ?address=a        | multipart/form-data | x                               | say what the body is
          """)
  void invalidMessageIsAClearError(
      int status, String query, String type, String body, String words) {
    String suffix = query == null ? "" : query;
    for (String path : List.of("/api/publish", "/api/send")) {
      assertThat(post(status, path + suffix, type, body).getString("error")).contains(words);
    }
  }

  @Test
  void tooLargeBodyIsRefused() {
    String large = "x".repeat(16 * 1024 + 1);
    assertThat(post(413, "/api/publish?address=a", "text/plain", large).getString("error"))
        .isNotBlank();
    String many = "[" + "{},".repeat(5000) + "{}]";
    assertThat(post(400, "/api/publish", "application/json", many).getString("error"))
        .startsWith("[0]");
  }

  @Test
  void endOfUserSessionsIsPublishedToAllNodes() {
    Promise<Message<JsonObject>> published = Promise.promise();
    MessageConsumer<JsonObject> consumer =
        gateway.bus().consumer(Hub.SESSIONS_END, published::tryComplete);
    TestGateway.await(consumer.completion());
    JsonObject answer = checked(202, "DELETE", "/api/users/gr%C3%A4ce/sessions", null);
    assertThat(answer.getString("user")).isEqualTo("gräce");
    assertThat(TestGateway.await(published.future()).body().getString("user")).isEqualTo("gräce");
    TestGateway.await(consumer.unregister());
  }

  @Test
  void unknownPathsAreNotFound() {
    assertThat(new JsonObject(admin.get("/nothing").body()).getString("error")).isNotBlank();
    assertThat(admin.get("/nothing").statusCode()).isEqualTo(404);
    assertThat(admin.ask("DELETE", "/api/sessions", null).statusCode()).isEqualTo(405);
    assertThat(admin.get("/console/../webroot/chat.js").statusCode()).isEqualTo(404);
    assertThat(admin.get("/console/%2e%2e/openapi.yaml").statusCode()).isEqualTo(404);
  }

  @Test
  void consoleIsFoundWithAndWithoutASlash() {
    for (String path : List.of("/", "/console")) {
      HttpResponse<String> answer = admin.get(path);
      assertThat(answer.statusCode()).isEqualTo(302);
      assertThat(answer.headers().firstValue("Location")).hasValue("/console/");
    }
    HttpResponse<String> page = admin.get("/console/");
    assertThat(page.body()).contains("<title>Console");
    assertThat(page.headers().firstValue("Content-Security-Policy")).isPresent();
  }

  @Test
  void contractIsServed() {
    HttpResponse<String> served = admin.get("/api/openapi.yaml");
    assertThat(served.body()).startsWith("openapi: 3.1.0");
    assertThat(served.headers().firstValue("Content-Type").orElseThrow())
        .startsWith("application/yaml");
  }

  @Test
  void healthAndMetricsMatchTheContract() {
    checked(200, "GET", "/health/live", null);
    checked(200, "GET", "/health/ready", null);
    checked(200, "GET", "/metrics", null);
  }

  /**
   * Runs last. {@link QueuesApiTest} has the operations on queues, {@link FeaturesApiTest} those on
   * features, {@link HistoryApiTest} those on streams. {@link NodeApiTest} has those on the node
   * and on single sessions.
   */
  @Test
  @Order(Integer.MAX_VALUE)
  void everyOperationOfTheContractWasTested() {
    contract.allWereAsked(
        path ->
            !path.startsWith("/api/queues")
                && !path.startsWith("/api/features")
                && !path.endsWith("/history")
                && !NodeApiTest.PATHS.contains(path));
  }
}
