package io.busbar.page;

import static org.assertj.core.api.Assertions.assertThat;

import io.busbar.BusbarProcess;
import io.busbar.client.NodeClients;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerRequest;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Tests clients in a page of another origin: sockjs-client, including its transports in a frame,
 * and those of Socket.IO.
 */
final class FramesIT {
  @RegisterExtension static final SharedBrowser BROWSERS = new SharedBrowser();

  private static final String PAGE =
      """
      <!DOCTYPE html>
      <p id="heard"></p>
      <script src="%2$s/webjars/sockjs-client/dist/sockjs.min.js"></script>
      <script>
        const transport = new URLSearchParams(location.search).get('transport');
        const sock = new SockJS('%1$s/echo', null, {transports: [transport], timeout: 10000});
        const show = text => document.getElementById('heard').textContent = text;
        sock.onopen = () => sock.send('hello');
        sock.onmessage = ({data}) => show(`${data} over ${sock.transport}`);
        sock.onclose = ({code}) => show(`closed with ${code}`);
      </script>
      """;

  private static final String SOCKET_IO_PAGE =
      """
      <!DOCTYPE html>
      <p id="heard"></p>
      <script src="%2$s"></script>
      <script>
        const transports = new URLSearchParams(location.search).get('transport').split('-');
        const socket = io('%1$s/', {transports, reconnection: false});
        const show = text => document.getElementById('heard').textContent = text;
        const ask = () => socket.emit('request', 'echo', 'hello', (error, answer) =>
          show(`${answer} over ${socket.io.engine.transport.name}`));
        // The change may come before or after the namespace.
        const isThere = () => socket.io.engine.transport.name === transports.at(-1);
        socket.on('connect', () => isThere() ? ask() : socket.io.engine.on('upgrade', ask));
        for (const name of ['connect_error', 'error']) socket.on(name, () => show('refused'));
      </script>
      """;

  /** The library of version 4, from npm. The one in the jar is of version 2. */
  private static final String NEWER = "/socket.io.min.js";

  private static Vertx vertx;
  private static HttpServer site;
  private static BusbarProcess allowing;
  private static BusbarProcess refusing;

  private final Browser browser = BROWSERS.browser();

  @BeforeAll
  static void start() {
    NodeClients.assumeInstalled();
    allowing = BusbarProcess.start("http.origins=['http://localhost:*']");
    refusing = BusbarProcess.start();
    vertx = Vertx.vertx();
    site = vertx.createHttpServer().requestHandler(FramesIT::serve).listen(0, "127.0.0.1").await();
  }

  private static void serve(HttpServerRequest request) {
    if (request.path().equals(NEWER)) {
      Path library = Path.of("node_modules/socket.io-client/dist/socket.io.min.js");
      request.response().sendFile(NodeClients.install().resolve(library).toString());
      return;
    }
    String gateway = request.getParam("gateway");
    String library = request.getParam("library");
    String page =
        library == null
            ? PAGE.formatted(gateway, allowing.http())
            : SOCKET_IO_PAGE.formatted(gateway, library);
    request.response().putHeader("Content-Type", "text/html").end(page);
  }

  @AfterAll
  static void stop() {
    if (vertx != null) {
      vertx.close().await();
    }
    for (BusbarProcess gateway : new BusbarProcess[] {allowing, refusing}) {
      if (gateway != null) {
        gateway.close();
      }
    }
  }

  private void open(BusbarProcess gateway, String transport) {
    browser.open(
        "http://localhost:%d/?gateway=%s&transport=%s"
            .formatted(site.actualPort(), gateway.http(), transport));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "websocket",
        "xhr-streaming",
        "xhr-polling",
        "jsonp-polling",
        "iframe-eventsource",
        "iframe-htmlfile",
        "iframe-xhr-polling"
      })
  void pageOfAnAllowedOriginIsEchoed(String transport) {
    open(allowing, transport);
    browser.await(transport, page -> page.text("#heard").equals("hello over " + transport));
  }

  @Test
  void pageOfAnotherOriginIsRefused() {
    open(refusing, "iframe-xhr-polling");
    browser.await("the refusal", page -> page.text("#heard").startsWith("closed with "));
    assertThat(browser.text("#heard")).isEqualTo("closed with 1002");
    browser.log();
  }

  private void openSocketIo(BusbarProcess gateway, String library, String transport) {
    browser.open(
        "http://localhost:%d/?gateway=%s&library=%s&transport=%s"
            .formatted(site.actualPort(), gateway.http(), library, transport));
  }

  private static String older() {
    return allowing.http() + "/socket.io/socket.io.js";
  }

  @ParameterizedTest
  @CsvSource({
    "true, polling",
    "true, websocket",
    "true, polling-websocket",
    "false, polling",
    "false, websocket",
    "false, polling-websocket"
  })
  void socketIoInAPageOfAnAllowedOriginIsAnswered(boolean newer, String transport) {
    openSocketIo(allowing, newer ? NEWER : older(), transport);
    String over = transport.substring(transport.indexOf('-') + 1);
    browser.await(transport, page -> page.text("#heard").equals("hello over " + over));
  }

  @ParameterizedTest
  @CsvSource({"true, polling", "true, websocket", "false, polling", "false, websocket"})
  void socketIoInAPageOfAnotherOriginIsRefused(boolean newer, String transport) {
    openSocketIo(refusing, newer ? NEWER : older(), transport);
    browser.await("the refusal", page -> page.text("#heard").equals("refused"));
    browser.log();
  }
}
