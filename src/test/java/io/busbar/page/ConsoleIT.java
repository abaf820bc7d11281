package io.busbar.page;

import static org.assertj.core.api.Assertions.assertThat;

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
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Tests the console page in a real browser. */
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
    says(
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
    says(
        "busbar.rabbitmq.status",
        new JsonObject()
            .put("connected", true)
            .put("uri", "amqp://guest:***@localhost")
            .put("routes", new JsonArray().add(route.put("lag", 7))));
    JsonObject webhook = new JsonObject().put("name", "shop").put("sent", 41).put("held", 5);
    webhook.put("failed", new JsonObject().put("timeout", 2).put("5xx", 1));
    webhook.put("dropped", new JsonObject().put("gone", 0)).put("trouble", "it answers 500");
    says("busbar.webhook.status", new JsonObject().put("webhooks", new JsonArray().add(webhook)));
    listener = new BridgeListener(gateway);
    for (String address : new String[] {"stocks.AAPL", "stocks.MSFT", "public.news", MARKUP}) {
      listener.say("register", address);
    }
    listener.say("publish", "not.allowed");
    fill("quiet", 1);
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

  private static void says(String address, JsonObject status) {
    TestGateway.await(
        gateway.bus().localConsumer(address, message -> message.reply(status)).completion());
  }

  private static String console(TestGateway of) {
    return "http://127.0.0.1:" + of.adminPort() + "/console/";
  }

  @Test
  void consoleShowsWhatHappensNow() throws IOException {
    browser.openConnected(console(gateway));
    browser.await("the node to be ready", page -> page.text("#ready").equals("ready"));
    browser.await("both sessions", page -> page.text("#sessions").equals("2"));
    assertThat(browser.texts("#protocols th")).containsExactly("bridge", "websocket");
    assertThat(browser.texts("#busiest th")).contains("stocks.AAPL", "public.news");
    assertThat(browser.texts("#members th"))
        .containsExactly("127.0.0.1:5701 (this node)", "127.0.0.1:5702");
    assertThat(browser.text("#cluster")).isEqualTo("2 nodes, healthy.");
    assertThat(browser.text("#rabbitmq")).isEqualTo("Connected: amqp://guest:***@localhost");
    assertThat(browser.texts("#routes tr > *")).containsExactly("orders", "12", "30", "2", "7");
    assertThat(browser.texts("#webhooks tr > *"))
        .containsExactly("shop", "41", "5", "3", "0", "it answers 500");
    assertThat(browser.texts("#dropped th")).containsExactly("disconnect", "drop oldest", "latest");
    assertThat(browser.texts("#refused th")).contains("access denied");
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
  void queuesAreShownTheBusiestFirst() {
    browser.openConnected(console(gateway));
    browser.await("the queues", page -> page.count("#queues tr") >= 2);
    assertThat(browser.texts("#queues th")).containsSubsequence(MARKUP, "quiet");
    assertThat(browser.texts("#queues-head th")).contains("Waiting", "Unacknowledged", "Oldest");
    assertThat(browser.texts("#queues td")).contains("1", "2");
    assertThat(browser.count("#queues img")).isZero();
    assertThat(browser.log()).isEmpty();
  }

  @Test
  void markupInAnAddressIsShownAsText() {
    browser.openConnected(console(gateway));
    browser.await("the address", page -> page.texts("#busiest th").contains(MARKUP));
    assertThat(browser.count("#busiest img")).isZero();
    assertThat(browser.log()).isEmpty();
  }

  @Test
  void tokenThatTheBrowserWasGivenOpensTheFeed() throws IOException {
    try (TestGateway locked = TestGateway.start("event-loops=1", "admin.token=" + TOKEN);
        Browser known = new Browser()) {
      known.openConnected(console(locked).replace("http://", "http://any:" + TOKEN + "@"));
      known.await("the console's own session", page -> page.text("#sessions").equals("1"));
    }
  }

  @Test
  void nothingIsWiderThanAPhone() throws IOException {
    try (Browser phone = new Browser()) {
      phone.beAPhone(360);
      phone.openConnected(console(gateway));
      phone.await("numbers", page -> page.text("#ready").equals("ready"));
      assertThat(phone.contentWidth()).isLessThanOrEqualTo(360);
      assertThat(phone.log()).isEmpty();
    }
  }
}
