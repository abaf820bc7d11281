package io.busbar.page;

import static org.assertj.core.api.Assertions.assertThat;

import io.busbar.FreePort;
import io.busbar.TestGateway;
import io.busbar.admin.BridgeListener;
import io.busbar.hub.Payload;
import io.busbar.queue.store.QueueMessage;
import io.vertx.core.MultiMap;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** The console in a real browser: each view shows what there is, and does what its buttons say. */
class ConsoleIT {
  @RegisterExtension static final SharedBrowser BROWSERS = new SharedBrowser();

  private static final String MARKUP = "public.<img src=x onerror=alert(1)>";
  private static final String TOKEN = "planted-token-0123456789";

  private static TestGateway gateway;
  private static BridgeListener listener;

  private final Browser browser = BROWSERS.browser();

  @BeforeAll
  static void start() throws IOException {
    gateway = TestGateway.start("event-loops=2");
    replyWith(
        "busbar.cluster.status",
        new JsonObject()
            .put("healthy", true)
            .put(
                "members",
                new JsonArray()
                    .add(member("127.0.0.1:5701", true))
                    .add(member("127.0.0.1:5702", false))));
    JsonObject route =
        new JsonObject().put("name", "orders").put("in", 12).put("out", 30).put("returned", 2);
    replyWith(
        "busbar.rabbitmq.status",
        new JsonObject()
            .put("connected", true)
            .put("uri", "amqp://guest:***@localhost")
            .put(
                "routes",
                new JsonArray()
                    .add(route.put("lag", 7).put("direction", "out").put("open", true))));
    JsonObject webhook = new JsonObject().put("name", "shop").put("sent", 41).put("held", 5);
    webhook.put("failed", new JsonObject().put("timeout", 2).put("5xx", 1));
    webhook.put("dropped", new JsonObject().put("gone", 0)).put("trouble", "it answers 500");
    replyWith(
        "busbar.webhook.status", new JsonObject().put("webhooks", new JsonArray().add(webhook)));
    listener = new BridgeListener(gateway);
    for (String address : new String[] {"stocks.AAPL", "stocks.MSFT", "public.news", MARKUP}) {
      listener.say("register", address);
    }
    listener.say("publish", "not.allowed");
    fill("quiet", 1);
    fill("to-purge", 3);
    fill(MARKUP, 2);
  }

  @AfterAll
  static void stop() throws IOException {
    if (gateway != null) {
      listener.close();
      gateway.close();
    }
  }

  private static void fill(String queue, int messages) {
    for (int i = 0; i < messages; i++) {
      QueueMessage message =
          QueueMessage.of(Payload.text("x"), MultiMap.caseInsensitiveMultiMap(), "");
      TestGateway.await(gateway.queues().keep(queue, message, false));
    }
  }

  private static JsonObject member(String address, boolean self) {
    return new JsonObject().put("address", address).put("self", self);
  }

  private static void replyWith(String address, JsonObject status) {
    TestGateway.await(
        gateway.bus().localConsumer(address, message -> message.reply(status)).completion());
  }

  private static String console(TestGateway of) {
    return "http://127.0.0.1:" + of.adminPort() + "/console/";
  }

  /** Opens a view, and waits until its heading stands there. */
  private void show(String view, String title) {
    browser.openConnected(console(gateway) + "#/" + view);
    browser.await("the view " + view, page -> page.text("#title").equals(title));
  }

  private static String table(String caption) {
    return "[aria-label='" + caption + "'] tbody ";
  }

  private void awaitRow(String caption, String name) {
    browser.await(
        name + " in " + caption, page -> page.texts(table(caption) + "th").contains(name));
  }

  @Test
  void overviewShowsLiveNumbers() throws IOException {
    show("overview", "Overview");
    browser.await("the node to be ready", page -> page.text("#ready").equals("Ready"));
    browser.await("both sessions", page -> page.text("#sessions").equals("2"));
    assertThat(browser.texts(table("Protocols") + "th")).containsExactly("bridge", "websocket");
    awaitRow("Busiest channels", "stocks.AAPL");
    awaitRow("Busiest channels", "public.news");
    awaitRow("What was lost, refused or ended since the start", "access denied");
    Set<String> rates = new HashSet<>();
    Set<String> uptimes = new HashSet<>();
    browser.await(
        "deliveries, and numbers that move",
        page -> {
          rates.add(page.text("#out"));
          uptimes.add(page.text("#uptime"));
          return rates.stream().anyMatch(rate -> !rate.equals("0") && !rate.equals("–"))
              && uptimes.size() >= 4;
        });
    Path picture = Path.of("target", "console.png");
    Files.createDirectories(picture.getParent());
    Files.write(picture, browser.picture());
    assertThat(browser.log()).isEmpty();
  }

  @Test
  void chartsBeginWithTheHistoryOfTheNode() {
    show("overview", "Overview");
    String points = "Chart.getChart(document.querySelector('canvas')).data.datasets[0]?.data ?? []";
    browser.await("points", page -> Boolean.TRUE.equals(page.ask("(" + points + ").length > 1")));
    browser.open(console(gateway) + "?again#/overview");
    String older = "(" + points + ").some(({x}) => x < performance.timeOrigin - 1000)";
    browser.await(
        "points from before the page",
        page -> page.count("canvas") > 0 && Boolean.TRUE.equals(page.ask(older)));
    assertThat(browser.log()).isEmpty();
  }

  @Test
  void alertsAreExplainedAndCounted() {
    show("alerts", "Alerts");
    browser.await(
        "the webhook", page -> page.texts(".alerts h2").contains("Webhook shop takes no events"));
    assertThat(browser.texts(".alerts .reason"))
        .contains("It answers 500. 5 messages are held for it.");
    browser.await(
        "their number",
        page -> page.text("#alerts").startsWith(String.valueOf(page.count(".alerts li"))));
    assertThat(browser.log()).isEmpty();
  }

  @Test
  void sessionIsFoundShownAndEnded() {
    BridgeListener other = new BridgeListener(gateway).say("register", "public.other");
    show("sessions?protocol=bridge", "Sessions");
    browser.await("both", page -> page.count(table("Sessions of this node") + "tr") == 2);
    String id = browser.texts(table("Sessions of this node") + "th").get(1);
    browser.type("[name=id]", id.substring(0, 12));
    browser.await("one", page -> page.count(table("Sessions of this node") + "tr") == 1);
    browser.click(table("Sessions of this node") + "th a");
    browser.await("the session", page -> page.text("#title").equals(id));
    awaitRow("Subscriptions of this session", "public.other");
    browser.click(".danger");
    browser.click(".dialog [value=no]");
    assertThat(browser.count(".dialog")).isZero();
    browser.click(".danger");
    browser.click(".dialog [value=yes]");
    browser.await("it to be gone", page -> page.text(".problem").contains("not on this node"));
    assertThat(other.closeCode()).succeedsWithin(Duration.ofSeconds(20)).isEqualTo(4403);
    browser.log(); // browsers tell each 404 there
  }

  @Test
  void markupInAnAddressIsShownAsText() {
    show("channels", "Channels");
    awaitRow("Channels of this node", MARKUP);
    browser.type("[name=prefix]", "public.<");
    browser.await("one", page -> page.count(table("Channels of this node") + "tr") == 1);
    browser.click(table("Channels of this node") + "th a");
    browser.await("the channel", page -> page.text("#title").equals(MARKUP));
    awaitRow("Subscribers by protocol", "bridge");
    show("queues", "Queues");
    awaitRow("Queues of all nodes", MARKUP);
    assertThat(browser.count("main img")).isZero();
    browser.log(); // browsers tell each 404 there: the channel has no history
  }

  @Test
  void testMessageIsPublishedAndErrorsAreShown() {
    show("publish", "Publish a message");
    browser.type("[name=address]", "public.news");
    browser.type("[name=body]", "{\"title\": ");
    browser.click("#view [type=submit]");
    browser.await("the error", page -> page.text(".problem").startsWith("The body is not JSON"));
    browser.type("[name=body]", "{\"title\": \"by the console\"}");
    browser.click("#view [type=submit]");
    browser.await(
        "the answer",
        page ->
            page.texts(".said li").stream()
                .anyMatch(line -> line.contains("1 client of this node listens to it.")));
    browser.await("the message", page -> listener.received().toString().contains("by the console"));
    browser.type("[name=address]", "busbar.stats");
    browser.click("#view [type=submit]");
    browser.await(
        "the refusal", page -> page.text(".problem").contains("must not begin with busbar."));
    browser.log(); // browsers tell each 400 there
  }

  @Test
  void queueIsShownAndPurged() {
    show("queues", "Queues");
    awaitRow("Queues of all nodes", "quiet");
    show("queues/to-purge", "to-purge");
    browser.await(
        "its messages", page -> page.count(table("The next messages of this queue") + "tr") == 3);
    browser.click("#view button.danger");
    browser.click(".dialog [value=yes]");
    browser.await(
        "it to be empty", page -> page.text("[role=status].about").equals("3 messages forgotten."));
    browser.log(); // browsers tell each 404 there: the queue is gone
  }

  @Test
  void routesWebhooksAndMembersAreShown() {
    show("routes", "Routes");
    awaitRow("Routes of RabbitMQ", "orders");
    assertThat(browser.text("#rabbitmq")).isEqualTo("Connected: amqp://guest:***@localhost");
    assertThat(browser.texts(table("Routes of RabbitMQ") + "tr > *"))
        .containsExactly("orders", "to RabbitMQ", "–", "open", "12", "30", "7", "2");
    assertThat(browser.texts(table("Webhooks") + "tr > *"))
        .containsExactly("shop", "it answers 500", "41", "5", "3", "0");
    show("cluster", "Cluster");
    awaitRow("Members of the cluster", "127.0.0.1:5701 (this node)");
    awaitRow("Members of the cluster", "127.0.0.1:5702");
    assertThat(browser.text("#cluster")).isEqualTo("2 nodes, healthy.");
    assertThat(browser.log()).isEmpty();
  }

  @Test
  void emptyViewsExplainHowToFillThem() {
    for (String view : List.of("streams", "presence", "features")) {
      browser.openConnected(console(gateway) + "#/" + view);
      browser.await(
          "advice on " + view,
          page -> page.count("[data-view=" + view + "] .empty:not([hidden]) p") >= 2);
    }
    browser.log(); // browsers tell each 404 there: features cannot be deployed here
  }

  @Test
  void lostNodeIsReportedUntilItReturns() throws IOException {
    String port = "admin.port=" + FreePort.find();
    TestGateway first = TestGateway.start("event-loops=1", port);
    try (Browser page = new Browser()) {
      page.openConnected(console(first));
      page.await("its numbers", shown -> shown.text("#ready").equals("Ready"));
      first.close();
      page.await("the loss", shown -> shown.text("#lost").contains("is lost"));
      try (TestGateway second = TestGateway.start("event-loops=1", port)) {
        page.await("it to be back", shown -> shown.state().equals("open"));
        page.await("its numbers", shown -> shown.count("#lost:not([hidden])") == 0);
        assertThat(second.adminPort()).isPositive();
      }
    } finally {
      first.close();
    }
  }

  @Test
  void tokenOfTheBrowserOpensTheFeedAndTheApi() throws IOException {
    try (TestGateway locked = TestGateway.start("event-loops=1", "admin.token=" + TOKEN);
        Browser known = new Browser()) {
      known.openConnected(console(locked).replace("http://", "http://any:" + TOKEN + "@"));
      known.await("the console's own session", page -> page.text("#sessions").equals("1"));
      known.click("[href='#/sessions']");
      known.await("it listed", page -> page.count(table("Sessions of this node") + "tr") == 1);
      assertThat(known.log()).isEmpty();
    }
  }

  @Test
  void featuresOfTheConfigurationAreShown(@TempDir Path data) throws IOException {
    try (TestGateway node =
            TestGateway.start("deploy.enabled=true", "admin.token=" + TOKEN, "data=" + data);
        Browser known = new Browser()) {
      known.openConnected(console(node).replace("http://", "http://any:" + TOKEN + "@"));
      known.click("[href='#/features']");
      String rows = table("Features of the configuration") + "th";
      known.await("the echo", page -> page.texts(rows).contains("io.busbar.feature.EchoVerticle"));
      assertThat(known.log()).isEmpty();
    }
  }

  @Test
  void viewsFitAPhone() throws IOException {
    try (Browser phone = new Browser()) {
      phone.beAPhone(360);
      phone.openConnected(console(gateway));
      phone.await("numbers", page -> page.text("#sessions").matches("\\d+"));
      for (String view :
          List.of(
              "overview",
              "alerts",
              "sessions",
              "channels",
              "publish",
              "queues",
              "routes",
              "cluster")) {
        phone.open(console(gateway) + "#/" + view);
        phone.await(
            view,
            page -> page.count("[data-view=" + view + "] :is(.grid, .tiles, .alerts, form)") > 0);
        assertThat(phone.contentWidth()).as(view).isLessThanOrEqualTo(360);
      }
      assertThat(phone.log()).isEmpty();
    }
  }
}
