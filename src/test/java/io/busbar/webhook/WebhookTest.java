package io.busbar.webhook;

import static io.busbar.webhook.WebhookGateway.hook;
import static io.busbar.webhook.WebhookGateway.numbers;
import static io.busbar.webhook.WebhookGateway.say;
import static io.busbar.webhook.WebhookGateway.sayAll;
import static io.busbar.webhook.WebhookGateway.setting;
import static io.busbar.webhook.WebhookGateway.status;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.awaitility.Awaitility.await;

import io.busbar.TestGateway;
import io.busbar.admin.BridgeListener;
import io.busbar.protocol.WebSocketPipe;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.eventbus.ReplyException;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Tests which events endpoints get, and in which form. */
final class WebhookTest {
  private static final Duration PATIENCE = Duration.ofSeconds(20);

  private Receiver receiver;

  @BeforeEach
  void start() {
    receiver = Receiver.start();
  }

  @AfterEach
  void everyRequestWasSigned() {
    receiver.close();
    assertThat(receiver.forged()).isEmpty();
  }

  private List<JsonObject> taken(String path, int count) {
    await().atMost(PATIENCE).until(() -> receiver.taken(path).size() >= count);
    assertThat(receiver.taken(path)).hasSize(count);
    return receiver.taken(path);
  }

  private static JsonObject without(JsonObject event, String... keys) {
    JsonObject less = event.copy();
    for (String key : keys) {
      assertThat(less.remove(key)).as(key).isNotNull();
    }
    return less;
  }

  @Test
  void openedAndClosedSessionsAreReported() {
    String hook = hook(receiver, "a", "events: [session_opened, session_closed]", "channels: [x]");
    try (TestGateway gateway = TestGateway.start(setting(hook))) {
      String demo = "Basic ZGVtbzpkZW1v";
      BridgeListener client =
          new BridgeListener(gateway.vertx(), gateway.httpPort(), "Authorization", demo);
      JsonObject opened = taken("/a", 1).get(0);
      assertThat(without(opened, "id", "time", "session"))
          .isEqualTo(
              new JsonObject()
                  .put("name", "session_opened")
                  .put("protocol", "bridge")
                  .put("user", "demo"));
      client.close();
      JsonObject closed = taken("/a", 2).get(1);
      assertThat(closed.getString("name")).isEqualTo("session_closed");
      assertThat(closed.getString("session")).isEqualTo(opened.getString("session"));
    }
  }

  @Test
  void pusherEventsAreReportedWithoutAWebhookOfTheApp() throws Exception {
    String hook = hook(receiver, "a", "events: [cache_miss, subscription_count]");
    try (TestGateway gateway =
            TestGateway.start(
                setting(hook),
                "pusher.apps=[{id: '3', key: demo-key, secret: demo-secret}]",
                "permissions=[{address: cache-a, allow: [subscribe]}]");
        WebSocketPipe client =
            WebSocketPipe.connect(gateway.httpPort(), "/app/demo-key?protocol=7")) {
      client.receiver(said -> {});
      client.send("{\"event\":\"pusher:subscribe\",\"data\":{\"channel\":\"cache-a\"}}");
      assertThat(taken("/a", 2))
          .extracting(event -> without(event, "id", "time"))
          .containsExactly(
              new JsonObject().put("name", "cache_miss").put("channel", "cache-a"),
              new JsonObject()
                  .put("name", "subscription_count")
                  .put("channel", "cache-a")
                  .put("subscription_count", 1));
    }
  }

  @Test
  void stoppingGatewayFirstReportsItsClosedSessions() {
    String hook = hook(receiver, "a", "events: [session_closed]", "delay: 60s");
    try (TestGateway gateway = TestGateway.start(setting(hook))) {
      new BridgeListener(gateway).say("register", "public.a");
      await().atMost(PATIENCE).until(() -> gateway.counters().subscriptionCount() == 1);
    }
    assertThat(receiver.taken("/a")).hasSize(1);
  }

  @Test
  void matchingPublicationsOfAllPayloadsAreReportedOnce() {
    String hook = hook(receiver, "a", "events: [message]", "channels: [public.*, public.a, 'x.#']");
    try (TestGateway gateway = TestGateway.start(setting(hook))) {
      BridgeListener client = new BridgeListener(gateway);
      client.say(
          new JsonObject()
              .put("type", "publish")
              .put("address", "public.a")
              .put("body", new JsonObject().put("a", 1)));
      JsonObject first = taken("/a", 1).get(0);
      assertThat(without(first, "id", "time", "session"))
          .isEqualTo(
              new JsonObject()
                  .put("name", "message")
                  .put("channel", "public.a")
                  .put("data", new JsonObject().put("a", 1)));
      gateway.bus().publish("other", "not told");
      gateway.bus().send("x.y", "sent, not published");
      gateway.bus().publish("x.y", "text");
      gateway.bus().publish("x.y", new JsonArray().add(true).addNull());
      gateway.bus().publish("x", Buffer.buffer(new byte[] {-1, -2}));
      List<JsonObject> all = taken("/a", 4);
      assertThat(all.stream().skip(1).map(event -> event.getValue("data")))
          .containsExactly("text", new JsonArray().add(true).addNull(), "//4=");
      assertThat(all.get(3).getString("encoding")).isEqualTo("base64");
      assertThat(all.stream().map(event -> event.getString("id"))).doesNotHaveDuplicates();
    }
  }

  @Test
  void patternSkipsChannelsThatNobodyMaySubscribeTo() {
    String wide = hook(receiver, "wide", "events: [message]", "channels: ['stocks.#']");
    String exact = hook(receiver, "exact", "events: [message]", "channels: [stocks.work]");
    String rules =
        "permissions=[{address: stocks.work, deny: [subscribe]}, {address: 'stocks.#', allow:"
            + " [subscribe]}]";
    try (TestGateway gateway = TestGateway.start(setting(wide, exact), rules, "features=[]")) {
      gateway.bus().publish("stocks.work", "secret");
      gateway.bus().publish("stocks.open", "open");
      assertThat(taken("/exact", 1).get(0).getString("data")).isEqualTo("secret");
      assertThat(taken("/wide", 1).get(0).getString("data")).isEqualTo("open");
    }
  }

  @Test
  void eventsReachOnlyTheWebhooksThatSelectThem() {
    String all = hook(receiver, "all");
    String some = hook(receiver, "some", "channels: [rooms.b]", "events: [channel_vacated]");
    try (TestGateway gateway = TestGateway.start(setting(all, some))) {
      JsonObject vacated = new JsonObject().put("name", "channel_vacated");
      TestGateway.await(say(gateway, 1));
      TestGateway.await(say(gateway, vacated.copy().put("channel", "rooms.a")));
      TestGateway.await(say(gateway, vacated.copy().put("channel", "rooms.b").put("time", 7)));
      TestGateway.await(say(gateway, new JsonObject().put("name", "member_removed")));
      assertThat(without(taken("/some", 1).get(0), "id"))
          .isEqualTo(vacated.copy().put("channel", "rooms.b").put("time", 7));
      assertThat(numbers(taken("/all", 1))).containsExactly(1);
    }
  }

  @Test
  void invalidEventIsRefused() {
    try (TestGateway gateway = TestGateway.start(setting(hook(receiver, "a")))) {
      for (JsonObject bad :
          List.of(
              new JsonObject(),
              new JsonObject().put("name", "birthday"),
              new JsonObject().put("name", 5),
              new JsonObject().put("name", "member_added").put("channel", 5),
              new JsonObject().put("name", "member_added").put("time", "noon"))) {
        ReplyException refused =
            catchThrowableOfType(ReplyException.class, () -> TestGateway.await(say(gateway, bad)));
        assertThat(refused.failureCode()).as("%s", bad).isEqualTo(EventRouter.NO_EVENT);
      }
    }
  }

  @Test
  void requestHasAtMostHundredEventsInOrder() {
    try (TestGateway gateway = TestGateway.start(setting(hook(receiver, "a", "delay: 60s")))) {
      sayAll(gateway, 0, 300);
      assertThat(numbers(taken("/a", 300))).isEqualTo(numbers(0, 300));
      assertThat(receiver.requests("/a"))
          .extracting(request -> request.events().size())
          .containsExactly(100, 100, 100);
    }
  }

  @Test
  void requestHasAboutOneMebibyteAtMost() {
    String hook = hook(receiver, "a", "events: [message]", "channels: [big]", "size: 64MiB");
    CountDownLatch allThere = new CountDownLatch(1);
    receiver.answer(
        "/a",
        exchange -> {
          Receiver.await(allThere);
          exchange.sendResponseHeaders(204, -1);
        });
    try (TestGateway gateway = TestGateway.start(setting(hook))) {
      gateway.bus().publish("big", "first");
      await().atMost(PATIENCE).until(() -> status(gateway).getInteger("held") == 1);
      for (int i = 0; i < 9; i++) {
        gateway.bus().publish("big", "x".repeat(300_000));
      }
      await().atMost(PATIENCE).until(() -> status(gateway).getInteger("held") == 10);
      allThere.countDown();
      taken("/a", 10);
      assertThat(receiver.requests("/a").stream().skip(1))
          .allMatch(request -> request.events().size() <= 3)
          .anyMatch(request -> request.events().size() == 3);
    }
  }

  @Test
  void eventsOnDiskAreSentAfterARestart(@TempDir Path folder) {
    String data = "data=" + folder;
    String hooks = setting(hook(receiver, "a", "store: disk", "delay: 60s"));
    receiver.answer("/a", 500);
    try (TestGateway gateway = TestGateway.start(hooks, data)) {
      sayAll(gateway, 0, 150);
    }
    receiver.answer("/a", 204);
    try (TestGateway gateway =
        TestGateway.start(setting(hook(receiver, "a", "store: disk")), data)) {
      sayAll(gateway, 150, 10);
      assertThat(numbers(taken("/a", 160))).isEqualTo(numbers(0, 160));
    }
  }
}
