package io.busbar.page;

import java.util.List;

/** The gateway's own pages, and how each of them comes to life. It has no state. */
final class DemoPages {
  /** Their names; the first is also what is at the root. */
  static final List<String> NAMES =
      List.of(
          "index.html",
          "echo.html",
          "chat.html",
          "stocks.html",
          "stomp-stocks.html",
          "socketio-chat.html",
          "pusher-chat.html",
          "presence.html",
          "topics.html");

  private DemoPages() {}

  /** Waits until a page that is open shows what comes by itself. */
  static void awaitLive(Browser browser, String name) {
    switch (name) {
      case "index.html" -> browser.await("numbers", page -> !page.texts("#uptime").contains("–"));
      case "stocks.html" ->
          browser.await("prices", page -> !page.texts("tbody .price").contains("–"));
      case "presence.html" -> browser.await("myself", page -> page.count("#people li") > 0);
      case "topics.html" -> {
        browser.await("the relay", page -> page.count("#relays button") > 0);
        browser.await("a temperature", page -> page.count("#thermometers strong") > 0);
      }
      default -> {
        // The others wait for somebody who does something.
      }
    }
  }

  /** Does on a page that is open what people come for, and waits until something is to be seen. */
  static void use(Browser browser, String name) {
    awaitLive(browser, name);
    switch (name) {
      case "index.html" -> {
        browser.click("#start");
        browser.await(
            "both sides to hear something",
            page -> page.count("#left .said") > 0 && page.count("#right .said") > 0);
      }
      case "echo.html" -> {
        browser.click("#say button");
        browser.await("the echo", page -> page.count("#log .back") > 0);
      }
      case "stocks.html" ->
          browser.await("prices", page -> page.count("td[data-direction].price") > 0);
      case "stomp-stocks.html" -> {
        browser.type("#symbol", "AAPL");
        browser.click("#add button");
        browser.await("a price", page -> page.count("td[data-direction].price") > 0);
      }
      case "presence.html", "topics.html" -> {
        // All is there already.
      }
      default -> {
        browser.type("#text", "hello on " + name);
        browser.click("#say button");
        browser.await("my message", page -> page.count("#log .said") > 0);
      }
    }
  }
}
