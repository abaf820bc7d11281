package io.busbar.page;

import static org.assertj.core.api.Assertions.assertThat;

import io.busbar.BusbarProcess;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The overview's chat between two protocols, what the pages show of the wire, and a talk that
 * outlives its transport.
 */
final class TalkPagesIT {
  @RegisterExtension static final SharedBrowser BROWSERS = new SharedBrowser();

  private static final String SECRET = "hunter2-hunter2";
  private static final String LAST_SAID = "#log :nth-last-child(1 of li:has(.said)) .said";

  private static BusbarProcess gateway;

  private final Browser browser = BROWSERS.browser();

  @BeforeAll
  static void start() {
    gateway = BusbarProcess.start();
  }

  @AfterAll
  static void stop() {
    if (gateway != null) {
      gateway.close();
    }
  }

  private static String page(String path) {
    return gateway.http().resolve("/" + path).toString();
  }

  private void say(String form, String text) {
    browser.type(form + " input", text);
    browser.click(form + " button");
  }

  private void awaitMessage(String side, String text) {
    browser.await(text, page -> page.texts(side + " .said").contains(text));
  }

  private List<String> frames() {
    return browser.texts("#wire .frames li");
  }

  @Test
  void oneClickConnectsTwoProtocolsToOneRoom() {
    browser.openConnected(page("index.html"));
    browser.click("#start");
    browser.await("both sides", page -> page.count("[data-state=open] #left-transport") == 1);
    browser.await("both sides", page -> page.count("[data-state=open] #right-transport") == 1);
    say("#left form", "from the left");
    awaitMessage("#left", "from the left");
    awaitMessage("#right", "from the left");
    say("#right form", "from the right");
    awaitMessage("#left", "from the right");
    assertThat(browser.texts("#left .went code")).contains("from the left");
    assertThat(browser.texts("#right .came code"))
        .anyMatch(frame -> frame.startsWith("MESSAGE") && frame.contains("from the left"));
    assertThat(browser.count("#left .mine")).isPositive();
    assertThat(browser.log()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"sockjs-xhr-streaming", "bridge-websocket", "bridge-sockjs", "socketio", "pusher"})
  void chatContinuesOverAnotherProtocol(String transport) {
    browser.openConnected(page("index.html"));
    browser.click("#start");
    browser.await("both sides", page -> page.count("[data-state=open] #left-transport") == 1);
    browser.await("both sides", page -> page.count("[data-state=open] #right-transport") == 1);
    say("#right form", "before");
    awaitMessage("#right", "before");
    browser.select("#right-transport", transport);
    browser.await(
        "the change",
        page ->
            page.texts("#right .divider").stream().anyMatch(it -> it.startsWith("From here on")));
    say("#right form", "over " + transport);
    awaitMessage("#left", "over " + transport);
    awaitMessage("#right", "over " + transport);
    assertThat(browser.texts("#right .said")).contains("before");
    assertThat(browser.texts("#right .went code"))
        .anyMatch(frame -> frame.contains("over " + transport));
    assertThat(browser.log()).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({
    "chat.html, stomp-websocket, STOMP over WebSocket",
    "chat.html, sockjs-xhr-polling, service endpoint over SockJS xhr-polling",
    "socketio-chat.html, bridge-websocket, event-bus bridge over WebSocket",
    "pusher-chat.html, socketio, Socket.IO"
  })
  void messagesAndNicknameSurviveATransportChange(String name, String next, String shown) {
    browser.openConnected(page(name));
    String nickname = "Rosalind" + (name + next).hashCode();
    browser.type("#nickname", nickname);
    browser.click("#nick button");
    browser.await(
        "the nickname",
        page -> page.texts("#log .notice").stream().anyMatch(it -> it.endsWith("to " + nickname)));
    say("#say", "before the change");
    browser.await("it", page -> page.texts(LAST_SAID).contains("before the change"));
    browser.select("#transport", next);
    browser.await(
        "the line", page -> page.texts("#log .divider").contains("From here on: " + shown));
    browser.await(
        "the nickname again",
        page ->
            page.texts("#log .divider ~ .notice").stream()
                .anyMatch(it -> it.endsWith("to " + nickname)));
    say("#say", "after it");
    browser.await("it", page -> page.texts(LAST_SAID).contains("after it"));
    assertThat(browser.texts("#log .said")).contains("before the change");
    // The last entry may be a notice: somebody has come or gone.
    assertThat(browser.texts("#log .who")).last().asString().startsWith(nickname);
    assertThat(browser.log()).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({
    "echo.html, auto, Hello",
    "echo.html, sockjs-xhr-streaming, Hello",
    "chat.html, bridge-websocket, chat.say",
    "stocks.html, websocket, AAPL",
    "stocks.html, stomp-sockjs, SUBSCRIBE"
  })
  void sentAndReceivedFramesAreShown(String name, String transport, String sent) {
    browser.openConnected(page(name + "?transport=" + transport));
    DemoPages.use(browser, name);
    browser.await(
        "what went", page -> page.texts("#wire .went").stream().anyMatch(it -> it.contains(sent)));
    browser.await("what came", page -> page.count("#wire .came") > 0);
    assertThat(frames()).allMatch(frame -> frame.matches("(?s)(sent→|received←).*\\d k?B.*"));
  }

  @Test
  void framesAreBoundedPausedAndCleared() {
    browser.openConnected(page("echo.html"));
    browser.type("#text", "x".repeat(1000));
    for (int i = 1; i <= 2; i++) {
      browser.click("#burst");
      String all = String.valueOf(100 * i);
      browser.await("all echoes", page -> page.text("#count").equals(all));
    }
    browser.await("the frames", page -> page.count("#wire .frames li") == 200);
    assertThat(browser.texts("#wire code")).allMatch(text -> text.length() <= 301);
    browser.click("#wire .wire-head > button:nth-of-type(1)");
    browser.click("#say button");
    browser.await("the echo", page -> page.text("#count").equals("201"));
    browser.await("what was missed", page -> page.text("#wire").contains("2 missed"));
    assertThat(frames()).hasSize(200);
    browser.click("#wire .wire-head > button:nth-of-type(2)");
    assertThat(frames()).isEmpty();
  }

  /** A wrong password is one, too. */
  @ParameterizedTest
  @CsvSource({
    "bridge-websocket, password",
    "bridge-sockjs, password",
    "stomp-websocket, passcode",
    "stomp-sockjs, passcode"
  })
  void passwordsAreNotShown(String transport, String member) {
    browser.openConnected(page("chat.html?transport=" + transport));
    browser.click("#login-box summary");
    browser.type("#user", "Emmy");
    browser.type("#password", SECRET);
    browser.click("#login button");
    browser.await("the refusal", page -> !page.text("#login-complaint").isEmpty());
    browser.await("the login", page -> frames().stream().anyMatch(it -> it.contains(member)));
    assertThat(frames()).noneMatch(frame -> frame.contains(SECRET));
    assertThat(frames()).anyMatch(frame -> frame.contains("Emmy") && frame.contains("•••"));
    assertThat(browser.text("body")).doesNotContain(SECRET);
  }

  @Test
  void copiedCodeIsConfirmed() {
    browser.openConnected(page("index.html"));
    browser.click(".way .copy");
    browser.await("the word", page -> page.text(".way .copy").equals("Copied"));
    browser.await(
        "the word for who listens",
        page -> page.texts("body > [role=status]").contains("Copied the code for busbar.js"));
    browser.run(
        "Object.defineProperty(navigator, 'clipboard', {value: undefined});"
            + "document.execCommand = name => { window.asked = name; return true; }");
    browser.click("#here .copy");
    browser.await("the word", page -> page.text("#here .copy").equals("Copied"));
    assertThat(browser.ask("window.asked")).isEqualTo("copy");
    assertThat(browser.log()).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({"1280, 800", "390, 844"})
  void titleLogAndInputOfTheChatFitInTheWindow(int width, int height) throws Exception {
    try (Browser other = new Browser()) {
      other.look(width, height, false);
      for (String name : List.of("chat.html", "socketio-chat.html", "pusher-chat.html")) {
        other.openConnected(page(name));
        for (String part : List.of("h1", "#log", "#say button", "#nick button")) {
          String bottom = "document.querySelector('%s').getBoundingClientRect().bottom";
          Number seen = (Number) other.ask(bottom.formatted(part));
          assertThat(seen.doubleValue()).as(name + " " + part).isBetween(1d, (double) height);
        }
        assertThat(other.text("#log .empty")).startsWith("Nothing said yet.");
      }
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"index.html", "chat.html", "stomp-stocks.html", "topics.html"})
  void pageGivesAdviceWhenTheGatewayIsAway(String name) {
    try (BusbarProcess goes = BusbarProcess.start()) {
      browser.openConnected(goes.http().resolve("/" + name).toString());
      assertThat(browser.texts(".help")).allMatch(String::isEmpty);
    }
    browser.await(
        "advice",
        page -> page.texts(".help").stream().anyMatch(it -> it.contains("java -jar busbar.jar")));
    browser.open("about:blank");
  }
}
