package io.busbar.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.busbar.TestGateway;
import io.busbar.net.Line;
import java.io.IOException;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Tests of a gateway that has only a part of a host. */
final class BasePathTest {
  private static final String LIBRARY = "/webjars/sockjs-client/dist/sockjs.min.js";

  private static TestGateway below;
  private static TestGateway trusting;
  private static TestGateway wary;

  @BeforeAll
  static void start() {
    below = TestGateway.start("http.base-path=/real-time/v1");
    trusting = TestGateway.start("http.proxies=[127.0.0.1]", "http.base-path=/other");
    wary = TestGateway.start();
  }

  @AfterAll
  static void stop() {
    below.close();
    trusting.close();
    wary.close();
  }

  private static String ask(TestGateway at, String request, String... headers) throws IOException {
    try (Line line = Line.plain(at.httpPort())) {
      String more = headers.length == 0 ? "" : String.join("\r\n", headers) + "\r\n";
      line.say(request + " HTTP/1.1\r\nHost: x\r\n" + more + "Connection: close\r\n\r\n");
      return line.rest();
    }
  }

  private static String open(TestGateway at, String path, String... headers) throws IOException {
    return ask(at, "POST " + path, headers);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/",
        "/index.html",
        "/chat.html?transport=websocket",
        LIBRARY,
        "/echo/info",
        "/echo/info?t=1",
        "/eventbus/iframe-1.6.1.html",
        "/stomp/info",
      })
  void pathsWorkBelowTheBasePathAndWithoutIt(String path) throws IOException {
    assertThat(ask(below, "GET /real-time/v1" + path)).startsWith("HTTP/1.1 200 ");
    assertThat(ask(below, "GET " + path)).startsWith("HTTP/1.1 200 ");
    assertThat(ask(wary, "GET /real-time/v1" + path)).startsWith("HTTP/1.1 404 ");
  }

  @ParameterizedTest
  @ValueSource(strings = {"/real-time/v1x/index.html", "/real-time/index.html", "/real-time"})
  void pathBesideTheBasePathIsNotFound(String path) throws IOException {
    assertThat(ask(below, "GET " + path)).startsWith("HTTP/1.1 404 ");
  }

  @Test
  void webSocketsOpenBelowTheBasePath() throws IOException {
    String[] upgrade = {
      "Upgrade: websocket",
      "Connection: Upgrade",
      "Sec-WebSocket-Version: 13",
      "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ=="
    };
    for (String path : new String[] {"/echo", "/eventbus/websocket", "/echo/a/b/websocket"}) {
      try (Line line = Line.plain(below.httpPort())) {
        line.say("GET /real-time/v1" + path + " HTTP/1.1\r\nHost: x\r\n");
        line.say(String.join("\r\n", upgrade) + "\r\n\r\n");
        assertThat(line.until("\r\n")).startsWith("HTTP/1.1 101 ");
      }
    }
  }

  @Test
  void basePathWithoutASlashIsRedirected() throws IOException {
    assertThat(ask(below, "GET /real-time/v1"))
        .startsWith("HTTP/1.1 308 ")
        .containsIgnoringCase("\r\nlocation: /real-time/v1/\r\n");
    assertThat(ask(below, "GET /real-time/v1?a=b"))
        .containsIgnoringCase("\r\nlocation: /real-time/v1/?a=b\r\n");
  }

  @Test
  void iframePageAndCookieHaveTheBasePath() throws IOException {
    assertThat(ask(below, "GET /real-time/v1/echo/iframe.html"))
        .contains("<script src=\"/real-time/v1" + LIBRARY + "\">");
    assertThat(open(below, "/real-time/v1/echo/a/named/xhr"))
        .contains("busbar-client=")
        .contains("; Path=/real-time/v1/echo;");
    assertThat(open(wary, "/echo/a/plain/xhr")).contains("; Path=/echo;");
  }

  @Test
  void prefixOfTheProxyOverridesTheBasePath() throws IOException {
    String prefix = "X-Forwarded-Prefix: /realtime";
    assertThat(ask(trusting, "GET /echo/iframe.html", prefix))
        .contains("<script src=\"/realtime" + LIBRARY + "\">");
    assertThat(ask(trusting, "GET /echo/iframe.html"))
        .contains("<script src=\"/other" + LIBRARY + "\">");
    assertThat(ask(trusting, "GET /echo/iframe.html", prefix + "/"))
        .contains("<script src=\"/realtime" + LIBRARY + "\">");
    assertThat(open(trusting, "/echo/a/said/xhr", prefix)).contains("; Path=/realtime/echo;");
    assertThat(ask(trusting, "GET /realtime/echo/info", prefix)).startsWith("HTTP/1.1 200 ");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "//evil.example",
        "https://evil.example",
        "/a/../b",
        "/..",
        "/a b",
        "/a\"><script>",
        "/a; Domain=evil.example",
        "/a?b",
        "realtime",
        "/a/b//",
      })
  void invalidPrefixOfAProxyIsIgnored(String prefix) throws IOException {
    assertThat(ask(trusting, "GET /echo/iframe.html", "X-Forwarded-Prefix: " + prefix))
        .contains("<script src=\"/other" + LIBRARY + "\">");
  }

  @Test
  void prefixOfANonProxyIsIgnored() throws IOException {
    String prefix = "X-Forwarded-Prefix: /evil";
    assertThat(ask(wary, "GET /echo/iframe.html", prefix))
        .contains("<script src=\"" + LIBRARY + "\">");
    assertThat(ask(wary, "GET /evil/echo/info", prefix)).startsWith("HTTP/1.1 404 ");
    assertThat(open(wary, "/echo/a/forged/xhr", prefix)).contains("; Path=/echo;");
  }

  @Test
  void checksAlsoApplyBelowTheBasePath() throws IOException {
    String wrong = "Authorization: Bearer wrong";
    assertThat(ask(below, "GET /real-time/v1/eventbus/info", wrong)).startsWith("HTTP/1.1 401 ");
    assertThat(ask(below, "GET /real-time/v1/eventbus/info", "Origin: https://evil.example"))
        .startsWith("HTTP/1.1 403 ");
    for (String up :
        new String[] {"/../pom.xml", "/%2e%2e/pom.xml", "//../pom.xml", "/..%2fpom.xml"}) {
      assertThat(ask(below, "GET /real-time/v1" + up)).doesNotStartWith("HTTP/1.1 200");
    }
  }
}
