package io.busbar.protocol.route;

import static org.assertj.core.api.Assertions.assertThat;

import io.busbar.TestGateway;
import io.busbar.protocol.route.RouteGateway.Received;
import io.busbar.protocol.session.RawHttp;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Which paths and methods are those of a feature that answers HTTP. */
final class RoutePathTest {
  private static RouteGateway gateway;

  @BeforeAll
  static void start() {
    gateway = new RouteGateway();
  }

  @AfterAll
  static void stop() {
    gateway.close();
  }

  @Test
  void methodOutsideTheRouteIsNotAllowed() throws Exception {
    Received received = gateway.get("/post");
    assertThat(received.status()).isEqualTo(405);
    assertThat(received.header("allow")).isEqualTo("POST, OPTIONS");
    assertThat(gateway.ask("HEAD", "/post", null).status()).isEqualTo(405);
    assertThat(gateway.ask("TRACE", "/seen", null).status()).isEqualTo(405);
    assertThat(gateway.ask("FOO", "/seen", "x").status()).isEqualTo(405);
    assertThat(gateway.post("/post", "x").status()).isEqualTo(200);
  }

  @ParameterizedTest
  @ValueSource(strings = {"GET", "POST", "PUT", "PATCH", "DELETE"})
  void featureReceivesTheMethod(String method) throws Exception {
    assertThat(gateway.ask(method, "/seen", null).jsonBody()).containsEntry("method", method);
  }

  @Test
  void headIsAnsweredLikeGetWithoutABody() throws Exception {
    try (RawHttp http = gateway.connect()) {
      RawHttp.Answer head = http.send("HEAD", "/any/text", null).answer();
      assertThat(head.status()).isEqualTo(200);
      assertThat(head.header("content-length")).isEqualTo("7");
      assertThat(http.get("/any/text").body()).isEqualTo("Grüße");
      assertThat(http.send("HEAD", "/head", null).answer().status()).isEqualTo(200);
      assertThat(http.get("/head").header("allow")).isEqualTo("HEAD, OPTIONS");
    }
  }

  @Test
  void serviceHandlesTheMethodsOutsideTheRoute() throws Exception {
    assertThat(gateway.post("/echo", "x").jsonBody()).containsEntry("path", "/echo");
    assertThat(gateway.get("/echo").body()).isEqualTo("Welcome to SockJS!\n");
    assertThat(gateway.get("/echo/info").json().getBoolean("websocket")).isTrue();
    assertThat(gateway.post("/echo/1/session/xhr", null).body()).isEqualTo("o\n");
    assertThat(gateway.ask("PUT", "/echo", "x").body()).doesNotContain("headers");
    assertThat(gateway.ask("HEAD", "/echo", null).header("allow")).isNull();
    String origin = "Origin: https://friend.example";
    String asked = "Access-Control-Request-Method: ";
    Received first = gateway.ask("OPTIONS", "/echo", null, origin, asked + "POST");
    assertThat(first.status()).isEqualTo(204);
    assertThat(first.header("access-control-allow-methods")).isEqualTo("POST, OPTIONS");
    for (String other : List.of(asked + "GET", asked + "OPTIONS", "Accept: */*")) {
      Received service = gateway.ask("OPTIONS", "/echo", null, origin, other);
      assertThat(service.header("access-control-allow-methods")).as(other).isNull();
    }
    try (RawHttp http = gateway.connect()) {
      RawHttp.Answer shaken =
          http.send(
                  "GET",
                  "/echo",
                  null,
                  "Connection: Upgrade",
                  "Upgrade: websocket",
                  "Sec-WebSocket-Version: 13",
                  "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==")
              .answer();
      assertThat(shaken.status()).isEqualTo(101);
    }
  }

  @Test
  void optionsListsTheMethods() throws Exception {
    Received received = gateway.ask("OPTIONS", "/notes", null);
    assertThat(received.status()).isEqualTo(204);
    assertThat(received.header("allow")).isEqualTo("GET, HEAD, POST, OPTIONS");
  }

  @Test
  void pathAndQueryAreForwardedUnchanged() throws Exception {
    assertThat(gateway.get("/seen/a%2Fb%20c/%C3%BC?x=%26&y=a+b&&;").jsonBody())
        .containsEntry("path", "/seen/a%2Fb%20c/%C3%BC")
        .containsEntry("query", "x=%26&y=a+b&&;");
    assertThat(gateway.get("/seen").jsonBody()).doesNotContainKey("query");
    assertThat(gateway.get("/seen?").jsonBody().getOrDefault("query", "")).isEqualTo("");
  }

  @Test
  void longestMatchingPathIsUsed() throws Exception {
    assertThat(gateway.get("/seen/").jsonBody()).containsEntry("path", "/seen/");
    assertThat(gateway.get("/seen/a/b").jsonBody()).containsEntry("path", "/seen/a/b");
    assertThat(gateway.get("/seen/better/x").body()).isEqualTo("better");
    assertThat(gateway.get("/seen/better").jsonBody()).containsEntry("path", "/seen/better");
    assertThat(gateway.get("/any").status()).isEqualTo(404);
    assertThat(gateway.get("/seenx").status()).isEqualTo(404);
    assertThat(gateway.get("/post/x").status()).isEqualTo(404);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/seen/../x",
        "/seen/..",
        "/seen/./x",
        "/seen/%2e%2E/x",
        "/seen/a%2f..%2fb",
        "/seen/..%5cx",
        "/seen/.%2e"
      })
  void pathWithDotSegmentsIsRefused(String path) throws Exception {
    assertThat(gateway.get(path).status()).isEqualTo(400);
  }

  @Test
  void basePathIsNotPartOfThePath() throws Exception {
    try (TestGateway other =
            TestGateway.start(
                "http.base-path=/realtime",
                "features=[{verticle: io.busbar.feature.EchoVerticle,"
                    + " http: [{path: /seen, address: t.seen}]}]");
        RawHttp http = new RawHttp(other.httpPort())) {
      TestGateway.await(
          other.bus().consumer("t.seen", RouteGateway::replyWithRequest).completion());
      assertThat(http.get("/realtime/seen?a=1").body())
          .contains("\"path\":\"/seen\"", "\"query\":\"a=1\"");
    }
  }
}
