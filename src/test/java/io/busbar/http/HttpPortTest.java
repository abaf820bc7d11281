package io.busbar.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.busbar.TestGateway;
import io.busbar.net.Line;
import java.io.IOException;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Tests of hostile requests to the HTTP port. */
final class HttpPortTest {
  private static TestGateway gateway;

  @BeforeAll
  static void start() {
    gateway = TestGateway.start();
  }

  @AfterAll
  static void stop() {
    gateway.close();
  }

  private static String ask(String request) throws IOException {
    try (Line line = Line.plain(gateway.httpPort())) {
      return line.say(request + "Host: x\r\nConnection: close\r\n\r\n").rest();
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/../pom.xml",
        "/%2e%2e/pom.xml",
        "/..%2fpom.xml",
        "/%2e%2e%2fpom.xml",
        "/..%5cpom.xml",
        "/....//pom.xml",
        "/./../pom.xml",
        "/%252e%252e/pom.xml",
        "//../pom.xml",
        "/..;/pom.xml",
        "/%00/../../pom.xml",
        "/webjars/sockjs-client/../../../../pom.xml",
        "/webjars/sockjs-client/%2e%2e/%2e%2e/application.properties",
        "/webjars/../../../config/busbar.yaml",
        "/.git/config",
        "/chat.html/../../config/busbar.yaml",
      })
  void onlyPagesAreServed(String path) throws IOException {
    String answer = ask("GET " + path + " HTTP/1.1\r\n");
    assertThat(answer).doesNotStartWith("HTTP/1.1 200").doesNotContain("<artifactId>");
  }

  @Test
  void largeHeadsAreRefused() throws IOException {
    assertThat(ask("GET /" + "x".repeat(5000) + " HTTP/1.1\r\n")).startsWith("HTTP/1.0 414 ");
    assertThat(ask("GET / HTTP/1.1\r\nA: " + "x".repeat(9000) + "\r\n")).contains(" 431 ");
    assertThat(ask("GET / HTTP/1.1\r\n" + "A: x\r\n".repeat(3000))).contains(" 431 ");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "GET /",
        "GET /nowhere",
        "GET /echo",
        "GET /echo/info",
        "GET /echo/iframe.html",
        "POST /echo/a/b/xhr",
        "GET /echo/a/c/jsonp",
        "GET /stomp/info",
        "GET /eventbus/websocket",
        "GET /webjars/sockjs-client/dist/sockjs.min.js",
        "DELETE /chat.html",
      })
  void everyAnswerHasTheSecurityHeaders(String request) throws IOException {
    assertThat(ask(request + " HTTP/1.1\r\n").toLowerCase(java.util.Locale.ROOT))
        .contains("\r\ncontent-security-policy: default-src 'none'")
        .contains("frame-ancestors 'self'")
        .contains("\r\nx-content-type-options: nosniff\r\n")
        .contains("\r\nreferrer-policy: same-origin\r\n");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "GET /eventbus/websocket",
        "GET /eventbus/a/b/websocket",
        "GET /stomp",
        "GET /chat",
        "POST /eventbus/a/b/xhr",
        "POST /eventbus/a/b/xhr_streaming",
        "POST /eventbus/a/b/xhr_send",
        "POST /eventbus/a/b/jsonp_send",
        "GET /eventbus/info",
        "GET /topics",
      })
  void foreignOriginsAreRefusedEverywhere(String request) throws IOException {
    String upgrade =
        "Upgrade: websocket\r\nSec-WebSocket-Version: 13\r\n"
            + "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n";
    for (String origin : new String[] {"https://evil.example", "null", "http://x.evil.example"}) {
      assertThat(ask(request + " HTTP/1.1\r\nOrigin: " + origin + "\r\n" + upgrade))
          .startsWith("HTTP/1.1 403 ")
          .contains("ontent-")
          .doesNotContainIgnoringCase("access-control-allow-origin");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"jsonp?c=steal", "eventsource", "htmlfile?c=steal"})
  void scriptsAndFramesOfForeignPagesAreRefused(String transport) throws IOException {
    assertThat(
            ask(
                "GET /eventbus/a/b/"
                    + transport
                    + " HTTP/1.1\r\nSec-Fetch-Site: cross-site\r\nSec-Fetch-Mode: no-cors\r\n"))
        .startsWith("HTTP/1.1 403 ");
  }

  @Test
  void linesInStompHeadersStayInTheMessage() throws Exception {
    try (Line poll = Line.plain(gateway.httpPort());
        Line stomp = Line.plain(gateway.stompPort())) {
      String url = "/eventbus/000/injected";
      String post = "POST %s HTTP/1.1\r\nHost: x\r\nContent-Length: %d\r\n\r\n%s";
      poll.say(post.formatted(url + "/xhr", 0, ""));
      assertThat(poll.until("o\n")).endsWith("o\n");
      String register = "[\"{\\\"type\\\":\\\"register\\\",\\\"address\\\":\\\"public.a\\\"}\"]";
      poll.say(post.formatted(url + "/xhr_send", register.length(), register));
      assertThat(poll.until("\r\n\r\n")).startsWith("HTTP/1.1 204 ");
      await().until(() -> gateway.counters().subscriptionCount() > 0);
      stomp.say("CONNECT\naccept-version:1.2\nhost:h\n\n\0");
      assertThat(stomp.until("\0")).startsWith("CONNECTED");
      stomp.say(
          "SEND\ndestination:/topic/public.a\nX-A:1\\r\\nSet-Cookie\\c stolen=1\\r\\n\\r\\n<b>\n\nhi\0");
      poll.say(post.formatted(url + "/xhr", 0, ""));
      String head = poll.until("\r\n\r\n");
      assertThat(head).startsWith("HTTP/1.1 200 ").doesNotContain("stolen");
      assertThat(poll.until("]\n")).contains("\\\\r\\\\nSet-Cookie: stolen=1").contains("hi");
    }
  }
}
