package io.busbar.admin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.busbar.TestGateway;
import io.busbar.hub.Payload;
import io.busbar.queue.QueueConsumer;
import io.busbar.queue.QueueDirectory;
import io.busbar.queue.store.QueueMessage;
import io.vertx.core.Future;
import io.vertx.core.MultiMap;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Operators see queues, and move or purge the messages in them. */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
final class QueuesApiTest {
  private static TestGateway gateway;
  private static ContractClient admin;

  @BeforeAll
  static void start() {
    gateway = TestGateway.start("event-loops=2", "queues.rules=[{name: small, messages: 2}]");
    admin = new ContractClient(gateway);
  }

  @AfterAll
  static void stop() {
    gateway.close();
  }

  private static void fill(String queue, String... texts) {
    for (String text : texts) {
      keep(queue, Payload.text(text), MultiMap.caseInsensitiveMultiMap());
    }
  }

  private static void keep(String queue, Payload payload, MultiMap headers) {
    QueueMessage message = QueueMessage.of(payload, headers, "user grace");
    TestGateway.await(gateway.queues().keep(queue, message, false));
  }

  private static JsonObject get(String path) {
    return admin.checked(200, "GET", "/api/queues" + path, null);
  }

  private static String error(int status, String method, String path) {
    return admin.checked(status, method, "/api/queues" + path, null).getString("error");
  }

  private static List<String> names(JsonObject page) {
    return strings(page, "queues", "name");
  }

  private static List<String> bodies(String queue) {
    return strings(get("/" + queue + "/messages"), "messages", "body");
  }

  private static List<String> strings(JsonObject answer, String list, String key) {
    return answer.getJsonArray(list).stream()
        .map(each -> ((JsonObject) each).getString(key))
        .toList();
  }

  @Test
  void queueIsDescribed() {
    fill("described", "one", "two");
    JsonObject queue = get("/described");
    assertThat(queue.getString("name")).isEqualTo("described");
    assertThat(queue.getString("store")).isEqualTo("memory");
    assertThat(queue.getInteger("waiting")).isEqualTo(2);
    assertThat(queue.getInteger("kept")).isEqualTo(2);
    assertThat(queue.getLong("oldestMillis")).isBetween(0L, 20_000L);
    await()
        .atMost(Duration.ofSeconds(20))
        .until(() -> get("/described").getDouble("inPerSecond") > 0);
  }

  private static List<String> neglected(long millis, int limit) {
    return TestGateway.await(gateway.queues().directory().neglected(millis, limit)).stream()
        .map(queue -> queue.getString("name"))
        .filter(name -> name.startsWith("neglected."))
        .toList();
  }

  @Test
  void neglectedQueuesAreListedOldestFirst() {
    String[] all = {"neglected.a", "neglected.b", "neglected.c", "neglected.d"};
    for (String name : all) {
      fill(name, "x");
      long before = System.currentTimeMillis();
      await().until(() -> System.currentTimeMillis() > before);
    }
    assertThat(neglected(0, 1_000)).containsExactly(all);
    assertThat(neglected(3_600_000, 1_000)).isEmpty();
    QueueConsumer consumer =
        gateway
            .queues()
            .consumer(
                all[1],
                new QueueConsumer.Options(1, false, null, "user grace"),
                gateway.vertx().getOrCreateContext(),
                delivery -> {});
    TestGateway.await(consumer.open());
    assertThat(neglected(0, 1_000)).containsExactly(all[0], all[2], all[3]);
  }

  @Test
  void pagesOfQueuesHaveEveryQueueOnceByName() {
    List<String> all = new ArrayList<>();
    for (int i = 10; i < 17; i++) {
      all.add("page." + i);
      fill("page." + i, "x");
    }
    List<String> seen = new ArrayList<>();
    String after = "";
    while (after != null) {
      JsonObject page = get("?prefix=page.&limit=3&after=" + after);
      seen.addAll(names(page));
      after = page.getString("next");
    }
    assertThat(seen).isEqualTo(all);
    assertThat(names(get(""))).containsAll(all).isSorted();
    assertThat(names(get("?prefix=nothing"))).isEmpty();
  }

  @Test
  void messagesAreShownAndNotRemoved() {
    MultiMap headers = MultiMap.caseInsensitiveMultiMap().add("color", "red").add("priority", "9");
    keep("shown", Payload.text("x".repeat(5000)), MultiMap.caseInsensitiveMultiMap());
    keep("shown", Payload.json(new JsonObject().put("a", 1)), headers);
    keep("shown", Payload.bytes(Buffer.buffer(new byte[] {1, 2})), headers);
    JsonArray shown = get("/shown/messages").getJsonArray("messages");
    assertThat(shown).hasSize(3);
    assertThat(shown.getJsonObject(0).getString("body")).isEqualTo("{\"a\":1}");
    assertThat(shown.getJsonObject(0).getJsonObject("headers").getString("color")).isEqualTo("red");
    assertThat(shown.getJsonObject(1).getString("body")).isEqualTo("AQI=");
    assertThat(shown.getJsonObject(2).getString("body")).isEqualTo("x".repeat(4096));
    assertThat(shown.getJsonObject(2).getBoolean("cut")).isTrue();
    assertThat(shown.getJsonObject(2).getInteger("bytes")).isEqualTo(5000);
    assertThat(get("/shown/messages?limit=1").getJsonArray("messages")).hasSize(1);
    assertThat(get("/shown").getInteger("waiting")).isEqualTo(3);
  }

  @Test
  void waitingMessagesAreMovedInOrder() {
    fill("from", "1", "2", "3");
    fill("to", "0");
    JsonObject moved = admin.checked(200, "POST", "/api/queues/from/move?to=to", null);
    assertThat(moved.getInteger("moved")).isEqualTo(3);
    assertThat(bodies("to")).containsExactly("0", "1", "2", "3");
  }

  /** A node that gets no answer in time asks again. */
  @Test
  void repeatedMoveMovesOnce() {
    fill("twice", "1", "2", "3");
    QueueDirectory directory = gateway.queues().directory();
    Future<Integer> first = directory.move("twice", "there");
    Future<Integer> second = directory.move("twice", "there");
    assertThat(TestGateway.await(first)).isEqualTo(3);
    assertThat(TestGateway.await(second)).isIn(0, 3);
    assertThat(bodies("there")).containsExactly("1", "2", "3");
  }

  @Test
  void messagesThatDoNotFitTheTargetStay() {
    fill("large", "1", "2", "3");
    assertThat(error(409, "POST", "/large/move?to=small")).isEqualTo("the queue is full: small");
    assertThat(bodies("small")).containsExactly("1", "2");
    assertThat(bodies("large")).containsExactly("3");
  }

  @Test
  void purgeRemovesWaitingButNotUnacknowledged() {
    List<String> taken = new ArrayList<>();
    QueueConsumer consumer =
        gateway
            .queues()
            .consumer(
                "purged",
                new QueueConsumer.Options(1, false, null, "user grace"),
                gateway.vertx().getOrCreateContext(),
                delivery -> taken.add(delivery.message().id()));
    TestGateway.await(consumer.open());
    fill("purged", "1", "2", "3");
    await()
        .atMost(Duration.ofSeconds(20))
        .until(() -> get("/purged").getInteger("unacknowledged") == 1);
    JsonObject purged = admin.checked(200, "DELETE", "/api/queues/purged/messages", null);
    assertThat(purged.getInteger("purged")).isEqualTo(2);
    JsonArray left = get("/purged/messages").getJsonArray("messages");
    assertThat(left).hasSize(1);
    assertThat(left.getJsonObject(0).getString("state")).isEqualTo("unacknowledged");
    assertThat(left.getJsonObject(0).getString("body")).isEqualTo("1");
  }

  @ParameterizedTest
  @ValueSource(strings = {"a/b", "/", "ä ö", "a+b", "a%2Fb", "a?b=c&d", "a#b", "a;b", "a:b", "😀"})
  void nameMayHaveAnyCharacter(String name) {
    String path = "/" + URLEncoder.encode(name, StandardCharsets.UTF_8).replace("+", "%20");
    fill(name, "x");
    assertThat(get(path).getString("name")).isEqualTo(name);
    assertThat(get(path + "/messages").getJsonArray("messages")).hasSize(1);
    String there = URLEncoder.encode("of " + name, StandardCharsets.UTF_8);
    String move = "/api/queues" + path + "/move?to=" + there;
    assertThat(admin.checked(200, "POST", move, null).getInteger("moved")).isEqualTo(1);
    assertThat(names(get("?prefix=" + there))).contains("of " + name);
  }

  @Test
  void unknownQueueIsAClearError() {
    String words = "there is no queue no/body";
    assertThat(error(404, "GET", "/no%2Fbody")).isEqualTo(words);
    assertThat(error(404, "GET", "/no%2Fbody/messages")).isEqualTo(words);
    assertThat(error(404, "DELETE", "/no%2Fbody/messages")).isEqualTo(words);
    assertThat(error(404, "POST", "/no%2Fbody/move?to=a")).isEqualTo(words);
  }

  @ParameterizedTest
  @CsvSource({
    "/a/move, to must have 1 to 200 characters",
    "/a/move?to=a, to must be another queue",
    "/a%2Fb/move?to=a/b, to must be another queue",
    "/a/move?to=busbar.durable.x, to must not begin with busbar.: that is the gateway's",
  })
  void invalidMoveIsAnError(String path, String words) {
    assertThat(error(400, "POST", path)).isEqualTo(words);
  }

  @ParameterizedTest
  @ValueSource(strings = {"?limit=0", "?limit=1001", "/a/messages?limit=x"})
  void invalidPageRequestIsAnError(String path) {
    assertThat(error(400, "GET", path)).startsWith("limit must be a whole number");
  }

  @Test
  void tokenIsRequired() {
    try (TestGateway locked =
        TestGateway.start("event-loops=1", "admin.token=planted-token-0123456789")) {
      AdminClient stranger = new AdminClient(locked.adminPort());
      assertThat(stranger.get("/api/queues").statusCode()).isEqualTo(401);
      assertThat(stranger.get("/api/queues/a/messages").statusCode()).isEqualTo(401);
      assertThat(stranger.ask("DELETE", "/api/queues/a/messages", null).statusCode())
          .isEqualTo(401);
      assertThat(stranger.ask("POST", "/api/queues/a/move?to=b", null).statusCode()).isEqualTo(401);
    }
  }

  @Test
  @Order(Integer.MAX_VALUE)
  void everyOperationOfQueuesWasTested() {
    admin.allWereAsked(path -> path.startsWith("/api/queues"));
  }
}
