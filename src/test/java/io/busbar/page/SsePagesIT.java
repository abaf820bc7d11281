package io.busbar.page;

import static org.assertj.core.api.Assertions.assertThat;

import io.busbar.BusbarProcess;
import io.busbar.client.NodeClients;
import io.busbar.protocol.session.RawHttp;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * Tests server-sent events in pages of another origin: EventSource, htmx and Datastar, unchanged.
 */
final class SsePagesIT {
  @RegisterExtension static final SharedBrowser BROWSERS = new SharedBrowser();

  private static final Map<String, String> PAGES =
      Map.of(
          "/eventsource",
          """
          <!DOCTYPE html>
          <link rel="icon" href="data:,">
          <p id="state">connecting</p> <p id="message"></p> <p id="price"></p> <p id="id"></p>
          <script>
            const show = (id, text) => document.getElementById(id).textContent = text;
            const source = new EventSource('%1$s/events?channel=public.kept.a&channel=public.b');
            source.onopen = () => {
              show('state', 'open');
              const body = JSON.stringify({channel: 'public.b', body: {from: 'the page'}});
              const headers = {'content-type': 'application/json'};
              fetch('%1$s/events', {method: 'POST', headers, body});
            };
            source.onerror = () => show('state', 'error');
            source.onmessage = ({data}) => show('message', JSON.parse(data).from);
            source.addEventListener('price', ({data, lastEventId}) => {
              show('price', data);
              show('id', lastEventId);
            });
          </script>
          """,
          "/htmx",
          """
          <!DOCTYPE html>
          <script src="/htmx.org/dist/htmx.min.js"></script>
          <script src="/htmx-ext-sse/dist/sse.min.js"></script>
          <div hx-ext="sse" sse-connect="%1$s/events?channel=public.htmx&amp;channel=public.b&amp;format=channel">
            <div id="swapped" sse-swap="public.htmx"></div>
          </div>
          """,
          "/datastar",
          """
          <!DOCTYPE html>
          <script type="module" src="/@starfederation/datastar/dist/bundles/datastar.js"></script>
          <div id="patched" data-on-load="@get('%1$s/events?channel=public.datastar')">nothing yet</div>
          """);

  private static Path libraries;
  private static OtherSite site;
  private static BusbarProcess gateway;

  private final Browser browser = BROWSERS.browser();

  @BeforeAll
  static void start() {
    NodeClients.assumeInstalled();
    libraries = NodeClients.install().resolve("node_modules");
    gateway =
        BusbarProcess.start(
            "http.origins=['http://localhost:*']",
            "permissions=[{address: 'public.#', allow: [subscribe, publish]}]",
            "channels=[{address: 'public.kept.*', history: {}}]",
            "limits.subscriptions=2");
    site = new OtherSite(SsePagesIT::serve);
  }

  private static void serve(HttpServerRequest request) {
    String page = PAGES.get(request.path());
    if (page == null) {
      serveLibrary(request);
      return;
    }
    request
        .response()
        .putHeader("Content-Type", "text/html; charset=UTF-8")
        .end(page.formatted(gateway.http()));
  }

  /** Serves the modules of npm, which name each other in the way of Node. */
  private static void serveLibrary(HttpServerRequest request) {
    Path file = libraries.resolve(request.path().substring(1));
    if (Files.isRegularFile(file)) {
      request.response().sendFile(file.toString());
    } else if (request.path().endsWith(".js") || !request.path().startsWith("/@")) {
      request.response().setStatusCode(404).end();
    } else {
      String rest = Files.isDirectory(file) ? "/index.js" : ".js";
      request.response().setStatusCode(302).putHeader("Location", request.path() + rest).end();
    }
  }

  @AfterAll
  static void stop() {
    if (site != null) {
      site.close();
    }
    if (gateway != null) {
      gateway.close();
    }
  }

  private void open(String page) {
    browser.open("http://localhost:" + site.port() + page);
  }

  private static void say(String channel, String name, Object body) {
    JsonObject post = new JsonObject().put("channel", channel).put("body", body);
    if (name != null) {
      post.put("name", name);
    }
    try (RawHttp http = new RawHttp(gateway.httpPort())) {
      assertThat(http.post("/events", post.encode()).status()).isEqualTo(202);
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void eventSourceReceivesOwnAndOtherMessages() {
    open("/eventsource");
    browser.await("its own words", page -> page.text("#message").equals("the page"));
    assertThat(browser.text("#state")).isEqualTo("open");
    say("public.kept.a", "price", "12.5\nCHF");
    browser.await("the price", page -> page.text("#price").contains("12.5"));
    assertThat(browser.text("#id")).matches("[0-9a-z]+=[0-9a-z]+:1");
    assertThat(browser.log()).isEmpty();
  }

  @Test
  void htmxSwapsInReceivedMessages() {
    open("/htmx");
    browser.await(
        "the new words",
        page -> {
          say("public.htmx", null, "<b>hello</b>\n<i>htmx</i>");
          return page.texts("#swapped i").contains("htmx");
        });
    assertThat(browser.texts("#swapped b")).containsExactly("hello");
  }

  @Test
  void datastarMergesReceivedFragments() {
    open("/datastar");
    browser.await(
        "the new words",
        page -> {
          say(
              "public.datastar",
              "datastar-merge-fragments",
              "fragments <div id=\"patched\">\nfragments <b>hello</b></div>");
          return page.texts("#patched b").contains("hello");
        });
  }
}
