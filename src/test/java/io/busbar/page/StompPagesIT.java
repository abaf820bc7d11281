package io.busbar.page;

import static org.assertj.core.api.Assertions.assertThat;

import io.busbar.BusbarProcess;
import io.busbar.FreePort;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Tests the stock page of a plain STOMP client, and the other pages over STOMP alone. */
class StompPagesIT {
  @RegisterExtension static final SharedBrowser BROWSERS = new SharedBrowser();

  private static final String STOCKS = "stomp-stocks.html";
  private static final String RETRIEVING = "Retrieving..";

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

  @Test
  void addedStockGetsPricesThatTurnGreenAndRed() {
    browser.openConnected(page(STOCKS));
    assertThat(browser.text("#state")).isEqualTo("Online");
    for (String symbol : List.of("AAPL", "msft", " Goog ", "AMZN", "YHOO")) {
      add(symbol);
    }
    assertThat(browser.texts("#prices th")).containsExactly("AAPL", "MSFT", "GOOG", "AMZN", "YHOO");
    browser.await("first prices", page -> !page.texts("#prices .price").contains(RETRIEVING));
    browser.await("a red price", page -> page.count("td[data-direction=down]") > 0);
    assertThat(browser.css("td[data-direction=down]", "color")).isEqualTo("rgba(179, 38, 30, 1)");
    browser.await("a green price", page -> page.count("td[data-direction=up]") > 0);
    assertThat(browser.css("td[data-direction=up]", "color")).isEqualTo("rgba(17, 112, 63, 1)");
    assertThat(browser.log()).isEmpty();
  }

  @Test
  void removedStockIsGoneAndCanBeAddedAgain() {
    browser.openConnected(page(STOCKS));
    add("AAPL");
    add("MSFT");
    browser.await("prices", page -> !page.texts("#prices .price").contains(RETRIEVING));
    browser.click("tr[data-symbol=AAPL] button");
    assertThat(browser.texts("#prices th")).containsExactly("MSFT");
    add("AAPL");
    browser.await("its price", page -> !page.texts("#prices .price").contains(RETRIEVING));
    assertThat(browser.texts("#prices th")).containsExactly("MSFT", "AAPL");
    assertThat(browser.log()).isEmpty();
  }

  @Test
  void offlineStocksWaitAndReturnOnline() {
    browser.openConnected(page(STOCKS));
    add("AAPL");
    browser.await("a price", page -> !page.texts("#prices .price").contains(RETRIEVING));
    browser.click("#toggle");
    assertThat(browser.text("#state")).isEqualTo("Offline");
    assertThat(browser.text("#toggle")).isEqualTo("Go online");
    add("MSFT");
    assertThat(browser.text("tr[data-symbol=MSFT] .price")).isEqualTo(RETRIEVING);
    browser.click("#toggle");
    browser.await("to be online", page -> page.text("#state").equals("Online"));
    Set<String> apple = new HashSet<>();
    browser.await(
        "both stocks' prices",
        page -> {
          apple.addAll(page.texts("tr[data-symbol=AAPL] .price"));
          return apple.size() >= 3 && !page.text("tr[data-symbol=MSFT] .price").equals(RETRIEVING);
        });
    assertThat(browser.log()).isEmpty();
  }

  @Test
  void invalidSymbolIsNotRequested() {
    browser.openConnected(page(STOCKS));
    for (String symbol : List.of("<b>X</b>", "A.B", "*", "#", "A B", "ABCDEFGHIJK", "1A", "Ä")) {
      add(symbol);
      assertThat(browser.text("#complaint")).as(symbol).startsWith("A symbol is ");
      assertThat(browser.count("#prices tr")).as(symbol).isZero();
    }
    add("ABCDEFGHIJ");
    assertThat(browser.text("#complaint")).isEmpty();
    assertThat(browser.texts("#prices th")).containsExactly("ABCDEFGHIJ");
    assertThat(browser.text("#state")).isEqualTo("Online");
    assertThat(browser.log()).isEmpty();
  }

  @Test
  void unknownStockIsNamedAndNoStockIsAddedTwice() {
    browser.openConnected(page(STOCKS));
    add("FOO");
    add("AAPL");
    browser.await("a price", page -> !page.text("tr[data-symbol=AAPL] .price").equals(RETRIEVING));
    browser.await(
        "the error", page -> page.text("tr[data-symbol=FOO] .price").equals("unknown symbol"));
    add("aapl");
    assertThat(browser.text("#complaint")).isEqualTo("AAPL is in the table already.");
    assertThat(browser.count("#prices tr")).isEqualTo(2);
    assertThat(browser.text("#state")).isEqualTo("Online");
    assertThat(browser.log()).isEmpty();
  }

  @Test
  void refusedStockIsNamedAndNotRetried() throws Exception {
    try (BusbarProcess strict = BusbarProcess.start("limits.subscriptions=1")) {
      browser.openConnected("http://127.0.0.1:" + strict.httpPort() + "/" + STOCKS);
      add("AAPL");
      add("MSFT");
      browser.await("the refusal", page -> page.text("#complaint").contains("stocks.MSFT"));
      browser.await("to be online again", page -> page.text("#state").equals("Online"));
      assertThat(browser.texts("#prices th")).containsExactly("AAPL");
    }
  }

  @Test
  void stocksReturnWhenTheGatewayRestarts() {
    int port = FreePort.find();
    try (BusbarProcess first = BusbarProcess.start("http.port=" + port)) {
      browser.openConnected("http://127.0.0.1:" + port + "/" + STOCKS);
      add("AAPL");
      browser.await("a price", page -> !page.text("#prices .price").equals(RETRIEVING));
    }
    browser.await("the loss", page -> page.state().equals("waiting"));
    try (BusbarProcess second = BusbarProcess.start("http.port=" + port)) {
      browser.await("to be online again", page -> page.text("#state").equals("Online"));
      Set<String> prices = new HashSet<>();
      browser.await(
          "new prices",
          page -> {
            prices.addAll(page.texts("#prices .price"));
            return prices.size() >= 3;
          });
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"stomp-websocket", "stomp-sockjs"})
  void stompPageChatsWithABridgePage(String transport) throws Exception {
    browser.openConnected(page("chat.html?transport=" + transport));
    try (Browser other = new Browser()) {
      other.openConnected(page("chat.html?transport=bridge-websocket"));
      say(browser, "is anybody there?");
      other.await("the question", page -> lastMessages(page).contains("is anybody there?"));
      say(other, "yes, here");
      browser.await("the answer", page -> lastMessages(page).contains("yes, here"));
      assertThat(browser.count("#log .mine")).isEqualTo(1);
      String name = "Ada-" + transport;
      browser.type("#nickname", name);
      browser.click("#nick button");
      other.await("the new name", page -> hasNotice(page, " changed to " + name));
      other.type("#nickname", name);
      other.click("#nick button");
      other.await("the refusal", page -> page.count("#log .error") == 1);
      browser.openConnected(page("chat.html"));
      other.await("the farewell", page -> hasNotice(page, name + " has disconnected"));
      assertThat(other.log()).isEmpty();
    }
    assertThat(browser.log()).isEmpty();
  }

  /** The room sends the refusal to the client that asked, over STOMP too. */
  @Test
  void refusalOfTheRoomIsShown() {
    browser.openConnected(page("chat.html?transport=stomp-websocket"));
    say(browser, "/nick " + "x".repeat(31));
    browser.await("the refusal", page -> page.count("#log .error") == 1);
    assertThat(browser.text("#log .error")).isEqualTo("a nickname has at most 30 characters");
    assertThat(browser.state()).isEqualTo("open");
    assertThat(browser.log()).isEmpty();
  }

  private void add(String symbol) {
    browser.type("#symbol", symbol);
    browser.click("#add button");
  }

  private static void say(Browser browser, String text) {
    browser.type("#text", text);
    browser.click("#say button");
  }

  private static List<String> lastMessages(Browser page) {
    return page.texts("#log :nth-last-child(1 of li:has(.said)) .said");
  }

  private static boolean hasNotice(Browser page, String notice) {
    return page.texts("#log .notice").stream().anyMatch(text -> text.endsWith(notice));
  }

  private static String page(String path) {
    return "http://127.0.0.1:" + gateway.httpPort() + "/" + path;
  }
}
