package io.busbar.page;

import static org.assertj.core.api.Assertions.assertThat;

import io.busbar.BusbarProcess;
import io.busbar.FreePort;
import io.busbar.client.NodeClients;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Tests the pages in a real browser, with the gateway from the jar. */
class PagesIT {
  @RegisterExtension static final SharedBrowser BROWSERS = new SharedBrowser();

  private static final String LAST_SAID = "#log :nth-last-child(1 of li:has(.said)) .said";

  private static BusbarProcess gateway;

  private final Browser browser = BROWSERS.browser();

  @BeforeAll
  static void start() throws Exception {
    gateway = BusbarProcess.start();
  }

  @AfterAll
  static void stop() throws Exception {
    if (gateway != null) {
      gateway.close();
    }
  }

  @ParameterizedTest
  @CsvSource({
    "auto, WebSocket",
    "websocket, WebSocket",
    "sockjs, SockJS websocket",
    "sockjs-websocket, SockJS websocket",
    "sockjs-xhr-streaming, SockJS xhr-streaming",
    "sockjs-eventsource, SockJS eventsource",
    "sockjs-htmlfile, SockJS htmlfile",
    "sockjs-xhr-polling, SockJS xhr-polling",
    "sockjs-jsonp-polling, SockJS jsonp-polling",
    "bridge-websocket, WebSocket",
    "bridge-sockjs, SockJS websocket",
    "stomp-websocket, WebSocket",
    "stomp-sockjs, SockJS websocket"
  })
  void everyTransportEchoesAndChats(String transport, String shownAs) {
    browser.openConnected(page("echo.html?transport=" + transport));
    assertThat(browser.text("#state")).isEqualTo("Open over " + shownAs);
    browser.type("#text", "Grüße ✓ over " + transport);
    browser.click("#burst");
    browser.await("100 echoes", page -> page.text("#count").equals("100"));
    assertThat(browser.texts("#log .back .said"))
        .hasSize(100)
        .startsWith("Grüße ✓ over " + transport + " 100")
        .endsWith("Grüße ✓ over " + transport + " 1");

    browser.openConnected(page("chat.html?transport=" + transport));
    say(browser, "hello over " + transport);
    String said = "hello over " + transport;
    browser.await("my message", page -> page.texts("#log .said").contains(said));
    assertThat(browser.log()).isEmpty();
  }

  @Test
  void chooserOffersOnlyTestedTransports() {
    browser.openConnected(page("chat.html"));
    assertThat(browser.options("#transport"))
        .containsExactly(
            "auto",
            "websocket",
            "sockjs",
            "sockjs-websocket",
            "sockjs-xhr-streaming",
            "sockjs-eventsource",
            "sockjs-htmlfile",
            "sockjs-xhr-polling",
            "sockjs-jsonp-polling",
            "bridge-websocket",
            "bridge-sockjs",
            "stomp-websocket",
            "stomp-sockjs",
            "socketio",
            "pusher");
    browser.openConnected(page("echo.html"));
    assertThat(browser.options("#transport")).hasSize(13).doesNotContain("socketio", "pusher");
  }

  @Test
  void choosingAnotherTransportReconnectsOverIt() {
    browser.openConnected(page("echo.html"));
    browser.select("#transport", "sockjs-xhr-polling");
    browser.await("polling", page -> page.text("#state").equals("Open over SockJS xhr-polling"));
    browser.type("#text", "after the change");
    browser.click("#say button");
    browser.await("the echo", page -> page.texts("#log .back .said").contains("after the change"));
    assertThat(browser.log()).isEmpty();
  }

  @Test
  void twoBrowsersChatOverDifferentTransports() throws Exception {
    browser.openConnected(page("chat.html"));
    try (Browser other = new Browser()) {
      other.openConnected(page("chat.html?transport=bridge-sockjs"));
      say(browser, "is anybody there?");
      other.await("the question", page -> page.texts(LAST_SAID).contains("is anybody there?"));
      other.type("#nickname", "Grace");
      other.click("#nick button");
      browser.await(
          "the new name",
          page -> page.texts("#log .notice").stream().anyMatch(it -> it.endsWith("to Grace")));
      say(other, "yes, here");
      browser.await("the answer", page -> page.texts(LAST_SAID).contains("yes, here"));
      assertThat(browser.texts("#log :nth-last-child(1 of li:has(.said)) .who").get(0))
          .startsWith("Grace");
      assertThat(other.count("#log .mine")).isEqualTo(1);
      assertThat(browser.log()).isEmpty();
      assertThat(other.log()).isEmpty();
    }
    browser.await(
        "the farewell", page -> page.texts("#log .notice").contains("Grace has disconnected"));
  }

  @Test
  void socketIoPageChatsWithAnotherPage() throws Exception {
    browser.openConnected(page("socketio-chat.html"));
    try (Browser other = new Browser()) {
      other.openConnected(page("chat.html"));
      say(other, "who is there?");
      browser.await("the question", page -> page.texts(LAST_SAID).contains("who is there?"));
      browser.type("#nickname", "Ada");
      browser.click("#nick button");
      other.await(
          "the new name",
          page -> page.texts("#log .notice").stream().anyMatch(it -> it.endsWith("to Ada")));
      say(browser, "me");
      other.await("the answer", page -> page.texts(LAST_SAID).contains("me"));
      browser.await("the same", page -> page.count("#log .mine") == 1);
      browser.type("#nickname", "Ada");
      browser.click("#nick button");
      browser.await("the refusal", page -> page.count("#log .error") == 1);
      assertThat(browser.log()).isEmpty();
    }
  }

  @Test
  void pusherPageChatsWithAnotherPage() throws Exception {
    browser.openConnected(page("pusher-chat.html"));
    try (Browser other = new Browser()) {
      other.openConnected(page("chat.html"));
      assertChat(browser, other, "Joan");
      assertThat(other.log()).isEmpty();
    }
    // the browser itself logs a line about the refused request
    browser.type("#nickname", "Joan");
    browser.click("#nick button");
    browser.await("the refusal", page -> page.count("#log .error") == 1);
    assertThat(browser.text("#log .error")).isEqualTo("your nickname is Joan already");
    assertThat(browser.log()).hasSize(1).first().asString().contains("/nickname", "409");
  }

  /** One browser asks and the other answers. Between them the first one changes its nickname. */
  private static void assertChat(Browser one, Browser other, String nickname) {
    say(other, "where is " + nickname + "?");
    one.await("the question", page -> page.texts(LAST_SAID).contains("where is " + nickname + "?"));
    one.type("#nickname", nickname);
    one.click("#nick button");
    other.await(
        "the new name",
        page -> page.texts("#log .notice").stream().anyMatch(it -> it.endsWith("to " + nickname)));
    say(one, nickname + " is here");
    other.await("the answer", page -> page.texts(LAST_SAID).contains(nickname + " is here"));
    assertThat(other.texts("#log :nth-last-child(1 of li:has(.said)) .who").get(0))
        .startsWith(nickname);
    one.await("the same", page -> page.count("#log .mine") == 1);
    assertThat(one.log()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"chat.html", "pusher-chat.html", "socketio-chat.html"})
  void clientThatOpensAnotherPageLeavesTheRoom(String name) throws Exception {
    browser.openConnected(page("chat.html"));
    try (Browser other = new Browser()) {
      other.openConnected(page(name));
      other.type("#nickname", "Margaret");
      other.click("#nick button");
      browser.await(
          "the new name",
          page -> page.texts("#log .notice").stream().anyMatch(it -> it.endsWith("to Margaret")));
      other.open(page("index.html"));
      browser.await(
          "that she left",
          page -> page.texts("#log .notice").contains("Margaret has disconnected"));
    }
  }

  @Test
  void pusherPageUsesPusherJsIfPresent(@TempDir Path webroot) throws Exception {
    NodeClients.assumeInstalled();
    Path pusherJs = NodeClients.install().resolve("node_modules/pusher-js/dist/web/pusher.min.js");
    try (Stream<Path> files = Files.list(Path.of("webroot"))) {
      for (Path file : files.toList()) {
        Files.copy(file, webroot.resolve(file.getFileName().toString()));
      }
    }
    Files.copy(pusherJs, webroot.resolve("pusher.min.js"), StandardCopyOption.REPLACE_EXISTING);
    try (BusbarProcess theirs = BusbarProcess.start("http.webroot=" + webroot);
        Browser other = new Browser()) {
      browser.openConnected(theirs.http().resolve("/pusher-chat.html").toString());
      other.openConnected(theirs.http().resolve("/chat.html").toString());
      assertChat(browser, other, "Radia");
      assertThat(browser.has("Pusher.Runtime")).isTrue();
    }
  }

  @Test
  void pusherPageReconnectsWithItsNickname() throws Exception {
    int port = FreePort.find();
    try (Browser patient = new Browser()) {
      try (BusbarProcess first = BusbarProcess.start("http.port=" + port)) {
        patient.openConnected("http://127.0.0.1:" + port + "/pusher-chat.html");
        assertThat(patient.has("Pusher")).isFalse();
        patient.type("#nickname", "Barbara");
        patient.click("#nick button");
        patient.await(
            "the new name",
            page -> page.texts("#log .notice").stream().anyMatch(it -> it.endsWith("to Barbara")));
        first.terminate();
        assertThat(first.exitCode()).isZero();
      }
      patient.await("the wait", page -> page.state().equals("waiting"));
      try (BusbarProcess second = BusbarProcess.start("http.port=" + port)) {
        assertThat(second.httpPort()).isEqualTo(port);
        patient.await("the new connection", page -> page.state().equals("open"));
        say(patient, "back again");
        patient.await("the message", page -> page.texts(LAST_SAID).contains("back again"));
        assertThat(patient.texts("#log :nth-last-child(1 of li:has(.said)) .who").get(0))
            .startsWith("Barbara");
      }
    }
  }

  @Test
  void presencePageShowsNamesAndTyping() throws Exception {
    browser.openConnected(page("presence.html"));
    browser.await("myself", page -> page.texts("#people li").size() == 1);
    try (Browser other = new Browser()) {
      other.openConnected(page("presence.html"));
      browser.await("the other", page -> page.text("#count").equals("2"));
      other.await("both", page -> page.text("#count").equals("2"));
      other.type("#name", "Hedy");
      other.click("#name-form button");
      browser.await("the name", page -> page.texts("#people li").contains("Hedy"));
      other.type("#draft", "something");
      browser.await(
          "that it types",
          page -> page.texts("#people li").stream().anyMatch(it -> it.equals("Hedy types…")));
      assertThat(other.log()).isEmpty();
    }
    browser.await("that it left", page -> page.text("#news").equals("Hedy has left"));
    assertThat(browser.text("#count")).isEqualTo("1");
    assertThat(browser.log()).isEmpty();
  }

  @Test
  void relayAndThermometerAreUpdatedOnAllPages() throws Exception {
    String relay = "#relays button";
    browser.openConnected(page("topics.html"));
    browser.await("the relay", page -> page.texts(relay).contains("off"));
    try (Browser other = new Browser()) {
      other.openConnected(page("topics.html"));
      other.await("the relay", page -> page.texts(relay).contains("off"));
      browser.click(relay);
      other.await("that it is on", page -> page.texts(relay).contains("on"));
      browser.await("that it is on", page -> page.texts(relay).contains("on"));
      other.click(relay);
      browser.await("that it is off", page -> page.texts(relay).contains("off"));
      assertThat(other.log()).isEmpty();
    }
    assertThat(browser.texts("#relays li span")).containsExactly("demo");
    browser.await("a value", page -> page.texts("#thermometers strong").size() == 1);
    String value = browser.text("#thermometers strong");
    assertThat(value).matches("\\d\\d\\.\\d °C");
    browser.await("another", page -> !page.text("#thermometers strong").equals(value));
    assertThat(browser.text("#complaint")).isEmpty();
    assertThat(browser.log()).isEmpty();
  }

  @Test
  void blockedWebSocketFallsBackAndStillChats() throws Exception {
    browser.openConnected(page("chat.html"));
    try (NoWebSocketProxy proxy = new NoWebSocketProxy(gateway.httpPort());
        Browser blocked = new Browser()) {
      blocked.openConnected("http://127.0.0.1:" + proxy.port() + "/chat.html");
      assertThat(blocked.text("#state")).startsWith("Open over SockJS xhr-");
      say(blocked, "through the wall");
      browser.await("the message", page -> page.texts(LAST_SAID).contains("through the wall"));
      say(browser, "and back");
      blocked.await("the answer", page -> page.texts(LAST_SAID).contains("and back"));
    }
  }

  @Test
  void markupInMessageIsShownAsText() {
    String attack = "<img src=x onerror=document.title='broken'>";
    browser.openConnected(page("chat.html"));
    say(browser, attack);
    browser.await("the message", page -> page.texts(LAST_SAID).contains(attack));
    assertThat(browser.count("#log img")).isZero();
    browser.openConnected(page("echo.html"));
    browser.type("#text", attack);
    browser.click("#say button");
    browser.await("the echo", page -> page.texts("#log .back .said").contains(attack));
    assertThat(browser.count("#log img")).isZero();
    assertThat(browser.log()).isEmpty();
  }

  @Test
  void pagesReconnectWhenTheGatewayRestarts() throws Exception {
    Map<String, Browser> patient = new LinkedHashMap<>();
    try {
      for (String transport :
          List.of("auto", "sockjs-xhr-polling", "bridge-websocket", "stomp-websocket")) {
        patient.put(transport, new Browser());
      }
      assertReconnect(patient);
    } finally {
      for (Browser each : patient.values()) {
        each.close();
      }
    }
  }

  /**
   * Restarts a gateway while browsers are connected.
   *
   * @param patient the browsers by their transports
   */
  private static void assertReconnect(Map<String, Browser> patient) throws Exception {
    int port = FreePort.find();
    try (BusbarProcess first = BusbarProcess.start("http.port=" + port)) {
      for (Map.Entry<String, Browser> each : patient.entrySet()) {
        String page = "http://127.0.0.1:%d/chat.html?transport=%s".formatted(port, each.getKey());
        each.getValue().openConnected(page);
      }
      first.terminate();
      assertThat(first.exitCode()).isZero();
    }
    for (Browser each : patient.values()) {
      each.await("the wait", page -> page.text("#countdown").startsWith("retrying in "));
      assertThat(each.count("#say button:disabled")).isEqualTo(1);
    }
    try (BusbarProcess second = BusbarProcess.start("http.port=" + port)) {
      assertThat(second.httpPort()).isEqualTo(port);
      for (Map.Entry<String, Browser> each : patient.entrySet()) {
        Browser browser = each.getValue();
        browser.await("the new connection", page -> page.state().equals("open"));
        String said = each.getKey() + " is back again";
        say(browser, said);
        browser.await("the message", page -> page.texts(LAST_SAID).contains(said));
      }
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"auto", "sockjs-eventsource", "bridge-websocket", "stomp-sockjs"})
  void priceChangesAreColoured(String transport) {
    browser.openConnected(page("stocks.html?transport=" + transport));
    Set<String> seen = new HashSet<>();
    Set<String> colours = new HashSet<>();
    browser.await(
        "changing prices, some up and some down",
        page -> {
          seen.addAll(page.texts("tr[data-symbol=AAPL] .price"));
          page.texts("td[data-direction=up].price").forEach(price -> colours.add("up"));
          page.texts("td[data-direction=down].price").forEach(price -> colours.add("down"));
          return seen.size() >= 3 && colours.size() == 2;
        });
    browser.await("a red cell", page -> page.count("td[data-direction=down].price") > 0);
    assertThat(browser.css("td[data-direction=down].price", "color"))
        .isEqualTo("rgba(179, 38, 30, 1)");
    browser.await("a green cell", page -> page.count("td[data-direction=up].price") > 0);
    assertThat(browser.css("td[data-direction=up].price", "color"))
        .isEqualTo("rgba(17, 112, 63, 1)");
    assertThat(browser.log()).isEmpty();
  }

  @Test
  void untickedStockDoesNotChange() {
    browser.openConnected(page("stocks.html"));
    browser.await("prices", page -> !page.text("tr[data-symbol=GOOG] .price").equals("–"));
    browser.click("#follow-GOOG");
    String still = browser.text("tr[data-symbol=GOOG] .price");
    Set<String> others = new HashSet<>();
    browser.await(
        "three other prices",
        page -> {
          others.addAll(page.texts("tr[data-symbol=AAPL] .price"));
          return others.size() >= 3;
        });
    assertThat(browser.text("tr[data-symbol=GOOG] .price")).isEqualTo(still);
  }

  @Test
  void overviewShowsLiveNumbers() {
    browser.openConnected(page("index.html"));
    Set<String> uptimes = new HashSet<>();
    browser.await(
        "an uptime that grows",
        page -> {
          uptimes.add(page.text("#uptime"));
          return uptimes.size() >= 4;
        });
    assertThat(Integer.parseInt(browser.text("#sessions"))).isPositive();
    assertThat(Integer.parseInt(browser.text("#subscriptions"))).isPositive();
    assertThat(browser.text("#by-protocol")).contains("bridge");
    assertThat(browser.text("#node")).isNotEqualTo("–").isNotEmpty();
    assertThat(browser.texts("#protocols td"))
        .contains("/eventbus", "/stomp", "stomp://127.0.0.1:" + gateway.stompPort());
    assertThat(browser.texts("#services th")).contains("/echo", "/chat", "/stocks");
    assertThat(browser.text(".way .url")).isEqualTo(page("busbar.js"));
    assertThat(browser.log()).isEmpty();
  }

  @Test
  void everyPageOpensFromTheJarAlone(@TempDir Path empty) {
    try (BusbarProcess alone = BusbarProcess.options().in(empty).start()) {
      for (String name : DemoPages.NAMES) {
        browser.openConnected(alone.http().resolve("/" + name).toString());
        assertThat(browser.log()).as(name).isEmpty();
      }
      browser.openConnected(alone.http().resolve("/").toString());
      browser.openConnected(alone.admin().resolve("/console/").toString());
      assertThat(browser.log()).isEmpty();
    }
  }

  @Test
  void pagesFitAPhone() throws IOException {
    try (Browser phone = new Browser()) {
      phone.beAPhone(360);
      for (String name : DemoPages.NAMES) {
        phone.openConnected(page(name));
        assertThat(phone.contentWidth()).as(name).isLessThanOrEqualTo(360);
      }
      assertThat(phone.log()).isEmpty();
    }
  }

  private static void say(Browser browser, String text) {
    browser.type("#text", text);
    browser.click("#say button");
  }

  private static String page(String path) {
    return "http://127.0.0.1:" + gateway.httpPort() + "/" + path;
  }
}
