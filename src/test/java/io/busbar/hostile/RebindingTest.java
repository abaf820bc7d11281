package io.busbar.hostile;

import static org.assertj.core.api.Assertions.assertThat;

import io.busbar.LogLines;
import io.busbar.TestGateway;
import io.busbar.http.Rejections;
import io.busbar.http.Rejections.Reason;
import io.busbar.net.Certificates;
import io.busbar.net.Line;
import java.io.IOException;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Tests pages of hosts whose owners have pointed the name at the gateway (DNS rebinding). */
final class RebindingTest {
  private static final String UPGRADE =
      "Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n"
          + "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n";

  private static TestGateway gateway;
  private static LogLines log;

  @BeforeAll
  static void start() {
    log = new LogLines("io.busbar.http");
    gateway =
        TestGateway.start("http.origins=[https://app.example.com, 'https://*.pages.example']");
  }

  @AfterAll
  static void stop() {
    gateway.close();
    log.close();
  }

  private static String ask(TestGateway at, String request, String headers) throws IOException {
    try (Line line = Line.plain(at.httpPort())) {
      line.say(request + " HTTP/1.1\r\n" + headers);
      return line.say(headers.contains("Upgrade") ? "\r\n" : "Connection: close\r\n\r\n")
          .until("\r\n\r\n");
    }
  }

  private static String status(TestGateway at, String host) throws IOException {
    return ask(at, "GET /echo/info", "Host: " + host + "\r\n").split(" ")[1];
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "GET /",
        "GET /chat.html",
        "GET /nowhere",
        "GET /webjars/sockjs-client/dist/sockjs.min.js",
        "GET /eventbus/info",
        "POST /eventbus/a/b/xhr",
        "POST /eventbus/a/b/xhr_send",
        "OPTIONS /eventbus/info",
        "GET /eventbus/websocket",
        "GET /eventbus/a/b/websocket",
        "GET /stomp",
        "GET /chat",
      })
  void pageOfAReboundHostIsRefused(String request) throws IOException {
    for (String port : new String[] {"", ":" + gateway.httpPort()}) {
      String rebound = "Host: evil.example" + port + "\r\nOrigin: http://evil.example" + port;
      for (String more : new String[] {"\r\n", "\r\n" + UPGRADE}) {
        assertThat(ask(gateway, request, rebound + more)).startsWith("HTTP/1.1 421 ");
      }
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "evil.example",
        "EVIL.example.",
        "localhost.evil.example",
        "127.0.0.1.evil.example",
        "app.example.com.evil.example",
        "pages.example",
        "evil.example:80",
        ".",
      })
  void foreignHostNamesAreRefused(String host) throws IOException {
    assertThat(status(gateway, host)).isEqualTo("421");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "evil.example:x",
        "127.0.0.1@evil.example",
        "127.0.0.1, evil.example",
        "evil.example/",
        "[::1].evil.example",
        "é.example",
      })
  void invalidHostIsABadRequest(String host) throws IOException {
    assertThat(status(gateway, host)).isEqualTo("400");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "localhost",
        "localhost:1",
        "LOCALHOST.",
        "app.localhost:8080",
        "127.0.0.1",
        "10.1.2.3:8080",
        "203.0.113.9",
        "[::1]",
        "[2001:db8::1]:8080",
        "busbar",
        "my_container:8080",
        "app.example.com",
        "APP.example.com.:443",
        "a.b.pages.example",
        "",
      })
  void addressesAndOwnAndLocalNamesAreAccepted(String host) throws IOException {
    assertThat(status(gateway, host)).isEqualTo("200");
  }

  @Test
  void configuredHostNamesAreAcceptedAndOthersRefused() throws IOException {
    try (TestGateway named =
            TestGateway.start(
                "http.hosts=[gateway.example.com, '*.cluster.local']",
                "http.origins=[https://app.example.com]");
        TestGateway any = TestGateway.start("http.hosts=['*']")) {
      assertThat(status(named, "Gateway.Example.com:8080")).isEqualTo("200");
      assertThat(status(named, "busbar.default.svc.cluster.local")).isEqualTo("200");
      assertThat(status(named, "10.1.2.3")).isEqualTo("200");
      assertThat(status(named, "app.example.com")).isEqualTo("421");
      assertThat(status(any, "whatever.example")).isEqualTo("200");
    }
  }

  @Test
  void twoHostHeadersAreRefused() throws IOException {
    String two = "Host: localhost\r\nHost: evil.example\r\n";
    assertThat(ask(gateway, "GET /", two)).startsWith("HTTP/1.1 400 ");
  }

  @Test
  void requestWithoutAHostIsAccepted() throws IOException {
    try (Line line = Line.plain(gateway.httpPort())) {
      assertThat(line.say("GET /echo/info HTTP/1.0\r\n\r\n").until("\r\n")).contains(" 200 ");
    }
  }

  @Test
  void anyHostIsAcceptedOverTlsAndFromATlsProxy() throws Exception {
    try (TestGateway tls = TestGateway.start(Certificates.settings("http.tls", "first"));
        Line line = Line.tls(tls.httpPort(), Certificates.client(false, "first"))) {
      line.say("GET /echo/info HTTP/1.1\r\nHost: gateway.example.com\r\n\r\n");
      assertThat(line.until("\r\n")).contains(" 200 ");
    }
    try (TestGateway behind = TestGateway.start("http.proxies=[127.0.0.1]")) {
      String host = "Host: gateway.example.com\r\n";
      assertThat(ask(behind, "GET /echo/info", host + "X-Forwarded-Proto: https\r\n"))
          .contains(" 200 ");
      assertThat(ask(behind, "GET /echo/info", host)).contains(" 421 ");
    }
    assertThat(ask(gateway, "GET /echo/info", "Host: evil.example\r\nX-Forwarded-Proto: https\r\n"))
        .contains(" 421 ");
  }

  @Test
  void refusedHostIsCountedEachTimeAndLoggedOnce() throws IOException {
    Rejections counted = gateway.rejections();
    long before = counted.count(Reason.HOST);
    for (int i = 0; i < 5; i++) {
      status(gateway, "counted.example:8080");
      status(gateway, "b.counted.example");
    }
    assertThat(counted.count(Reason.HOST)).isEqualTo(before + 10);
    assertThat(log.with("for counted.example is refused"))
        .singleElement()
        .asString()
        .contains("set http.hosts: [")
        .endsWith("app.example.com, '*.pages.example', counted.example]");
    assertThat(log.with("for b.counted.example is refused")).hasSize(1);
  }

  @Test
  void floodOfHostNamesDoesNotFloodTheLog() throws IOException {
    try (TestGateway flooded = TestGateway.start();
        Line line = Line.plain(flooded.httpPort())) {
      for (int i = 0; i < 300; i++) {
        line.say("GET / HTTP/1.1\r\nHost: flood" + i + ".example\r\n\r\n").until("421 ");
      }
      assertThat(flooded.rejections().count(Reason.HOST)).isEqualTo(300);
      assertThat(log.with(".example is refused").stream().filter(told -> told.contains("flood")))
          .hasSize(100);
    }
  }
}
