package io.busbar.page;

import static org.assertj.core.api.Assertions.assertThat;

import io.busbar.BusbarProcess;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** sockjs-client in a page of another origin, by the transports that work in a frame. */
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

  private static Vertx vertx;
  private static HttpServer site;
  private static BusbarProcess allowing;
  private static BusbarProcess refusing;

  private final Browser browser = BROWSERS.browser();

  @BeforeAll
  static void start() {
    allowing = BusbarProcess.start("http.origins=['http://localhost:*']");
    refusing = BusbarProcess.start();
    vertx = Vertx.vertx();
    site =
        vertx
            .createHttpServer()
            .requestHandler(
                request ->
                    request
                        .response()
                        .putHeader("Content-Type", "text/html")
                        .end(PAGE.formatted(request.getParam("gateway"), allowing.http())))
            .listen(0, "127.0.0.1")
            .await();
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
  void pageOfAnAllowedOriginEchoesOver(String transport) {
    open(allowing, transport);
    browser.await(transport, page -> page.text("#heard").equals("hello over " + transport));
  }

  @Test
  void pageOfAnotherOriginDoesNot() {
    open(refusing, "iframe-xhr-polling");
    browser.await("the refusal", page -> page.text("#heard").startsWith("closed with "));
    assertThat(browser.text("#heard")).isEqualTo("closed with 1002");
    browser.log();
  }
}
