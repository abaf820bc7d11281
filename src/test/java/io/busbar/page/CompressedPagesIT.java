package io.busbar.page;

import static org.assertj.core.api.Assertions.assertThat;

import io.busbar.BusbarProcess;
import io.vertx.core.http.HttpServerRequest;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * Tests a browser, which itself offers permessage-deflate, with compressed messages in both
 * directions.
 */
final class CompressedPagesIT {
  @RegisterExtension static final SharedBrowser BROWSERS = new SharedBrowser();

  private static final String PAGE =
      """
      <!DOCTYPE html>
      <p id="agreed"></p>
      <p id="heard"></p>
      <script>
        const show = (id, text) => document.getElementById(id).textContent = text;
        const socket = new WebSocket('%s/eventbus/websocket');
        const long = 'Grüße an alle, '.repeat(5000);
        const bodies = ['short', long, {long, n: 1}, ''];
        let heard = 0;
        socket.onopen = () => {
          show('agreed', socket.extensions);
          socket.send(JSON.stringify({type: 'register', address: 'public.page'}));
          for (const body of bodies) socket.send(JSON.stringify({type: 'publish', address: 'public.page', body}));
        };
        socket.onmessage = ({data}) => {
          const same = JSON.stringify(JSON.parse(data).body) === JSON.stringify(bodies[heard++]);
          if (!same) show('heard', 'something else');
          else if (heard === bodies.length) show('heard', 'all');
        };
        socket.onclose = ({code}) => show('heard', `closed with ${code}`);
      </script>
      """;

  private static OtherSite site;
  private static BusbarProcess gateway;

  private final Browser browser = BROWSERS.browser();

  @BeforeAll
  static void start() {
    gateway =
        BusbarProcess.start(
            "http.origins=['http://localhost:*']", "http.websocket.compression=true");
    site = new OtherSite(CompressedPagesIT::serve);
  }

  private static void serve(HttpServerRequest request) {
    String page = PAGE.formatted(gateway.http().toString().replaceFirst("^http", "ws"));
    request.response().putHeader("Content-Type", "text/html; charset=utf-8").end(page);
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

  @Test
  void compressedMessagesArriveUnchanged() {
    browser.open("http://localhost:" + site.port() + "/");
    browser.await("an answer", page -> !page.text("#heard").isEmpty());
    assertThat(browser.text("#heard")).isEqualTo("all");
    assertThat(browser.text("#agreed")).startsWith("permessage-deflate");
    assertThat(browser.text("#agreed")).contains("server_no_context_takeover");
  }
}
