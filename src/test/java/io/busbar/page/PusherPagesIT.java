package io.busbar.page;

import static org.assertj.core.api.Assertions.assertThat;

import com.pusher.rest.Pusher;
import io.busbar.BusbarProcess;
import io.busbar.client.NodeClients;
import io.vertx.core.http.HttpServerRequest;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Tests pusher-js in pages of another origin. The site's own server lets them into private
 * channels.
 */
final class PusherPagesIT {
  @RegisterExtension static final SharedBrowser BROWSERS = new SharedBrowser();

  /**
   * Two clients: one listens to the public channel, and sends to the other in the private channel.
   */
  private static final String PAGE =
      """
      <!DOCTYPE html>
      <link rel="icon" href="data:,">
      <p id="transport"></p> <p id="in"></p> <p id="said"></p> <p id="typed"></p>
      <p id="refused"></p>
      <script src="/pusher.min.js"></script>
      <script>
        const show = (id, text) => document.getElementById(id).textContent = text;
        const query = new URLSearchParams(location.search);
        const [host, port] = query.get('gateway').split(':');
        const client = () => new Pusher('demo-key', {
          cluster: '',
          wsHost: host,
          wsPort: port,
          httpHost: host,
          httpPort: port,
          forceTLS: false,
          enabledTransports: query.get('transports').split(','),
          channelAuthorization: {endpoint: '/pusher/auth'},
        });
        const subscribed = (pusher, name) => new Promise((resolve, reject) => {
          const channel = pusher.subscribe(name);
          channel.bind('pusher:subscription_succeeded', () => resolve(channel));
          channel.bind('pusher:subscription_error', reject);
        });
        const run = async () => {
          const [one, two] = [client(), client()];
          const open = await subscribed(one, 'public.news');
          open.bind('said', ({text}) => show('said', text));
          const [from, to] = [await subscribed(one, 'private-talk'), await subscribed(two, 'private-talk')];
          to.bind('client-typing', ({text}) => show('typed', text));
          from.trigger('client-typing', {text: 'Grüße ✓'});
          subscribed(two, 'private-closed').catch(({status}) => show('refused', status));
          show('transport', one.connection.connection.transport.name);
          show('in', 'yes');
        };
        run();
      </script>
      """;

  private static OtherSite site;
  private static BusbarProcess gateway;
  private static Pusher backend;

  private final Browser browser = BROWSERS.browser();

  @BeforeAll
  static void start() {
    NodeClients.assumeInstalled();
    Path library = NodeClients.install().resolve("node_modules/pusher-js/dist/web/pusher.min.js");
    gateway =
        BusbarProcess.start(
            "http.origins=['http://localhost:*']",
            "permissions=[{address: 'public.#', allow: [subscribe]}]",
            "pusher.apps=[{id: '3', key: demo-key, secret: demo-secret}]");
    backend = new Pusher("3", "demo-key", "demo-secret");
    backend.setHost("127.0.0.1:" + gateway.httpPort());
    backend.setEncrypted(false);
    site = new OtherSite(request -> serve(request, library));
  }

  private static void serve(HttpServerRequest request, Path library) {
    switch (request.path()) {
      case "/" ->
          request.response().putHeader("Content-Type", "text/html; charset=UTF-8").end(PAGE);
      case "/pusher.min.js" -> request.response().sendFile(library.toString());
      case "/pusher/auth" -> authorize(request);
      default -> request.response().setStatusCode(404).end();
    }
  }

  private static void authorize(HttpServerRequest request) {
    request
        .setExpectMultipart(true)
        .endHandler(
            nothing -> {
              String channel = request.getFormAttribute("channel_name");
              if (channel.equals("private-talk")) {
                String socket = request.getFormAttribute("socket_id");
                request.response().end(backend.authenticate(socket, channel));
              } else {
                request.response().setStatusCode(403).end();
              }
            });
  }

  @AfterAll
  static void stop() throws Exception {
    if (backend != null) {
      backend.close();
    }
    if (site != null) {
      site.close();
    }
    if (gateway != null) {
      gateway.close();
    }
  }

  /** An open page would try to reconnect when the gateway is gone. */
  @AfterEach
  void leave() {
    browser.open("about:blank");
  }

  private void open(int gatewayPort, String transports) {
    browser.open(
        "http://localhost:%d/?gateway=127.0.0.1:%d&transports=%s"
            .formatted(site.port(), gatewayPort, transports));
    browser.await("that it is in", page -> page.text("#in").equals("yes"));
  }

  private void assertEventsArrive(String text) {
    browser.await("the client event", page -> page.text("#typed").equals("Grüße ✓"));
    assertThat(backend.trigger("public.news", "said", Map.of("text", text)).getHttpStatus())
        .isEqualTo(200);
    browser.await("the backend's event", page -> page.text("#said").equals(text));
  }

  @ParameterizedTest
  @ValueSource(strings = {"ws", "xhr_streaming", "xhr_polling"})
  void pageOfAnotherOriginReceivesBackendAndClientEvents(String transport) {
    open(gateway.httpPort(), transport);
    assertThat(browser.text("#transport")).isEqualTo(transport);
    assertEventsArrive("hello over " + transport);
    browser.await("that its server refuses", page -> page.text("#refused").equals("403"));
    // The browser itself logs the refusal, and nothing else.
    assertThat(browser.log()).hasSize(1).allMatch(line -> line.contains("/pusher/auth"));
  }

  @Test
  void pageFallsBackIfWebSocketsAreBlocked() throws Exception {
    try (NoWebSocketProxy proxy = new NoWebSocketProxy(gateway.httpPort())) {
      open(proxy.port(), "ws,xhr_streaming,xhr_polling");
      assertThat(browser.text("#transport")).startsWith("xhr_");
      assertEventsArrive("through the wall");
      leave();
    }
  }
}
