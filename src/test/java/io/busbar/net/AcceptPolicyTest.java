package io.busbar.net;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.busbar.TestGateway;
import java.io.IOException;
import java.time.Duration;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Tests of connection limits, of proxies that name their clients, and of forged names. */
final class AcceptPolicyTest {
  private static final Duration PATIENCE = Duration.ofSeconds(20);
  private static final String CONNECT = "CONNECT\naccept-version:1.2\nhost:here\n\n\0";

  private static String get(String path, String... headers) {
    return "GET " + path + " HTTP/1.1\r\nHost: x\r\n" + lines(headers) + "\r\n";
  }

  private static String upgrade(String... headers) {
    return get(
        "/echo",
        Stream.concat(
                Stream.of(headers),
                Stream.of(
                    "Connection: Upgrade",
                    "Upgrade: websocket",
                    "Sec-WebSocket-Version: 13",
                    "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ=="))
            .toArray(String[]::new));
  }

  private static String lines(String... headers) {
    StringBuilder all = new StringBuilder();
    for (String header : headers) {
      all.append(header).append("\r\n");
    }
    return all.toString();
  }

  private static String status(Line line) throws IOException {
    return line.until("\r\n").split(" ")[1];
  }

  @Test
  void connectionsOfAnAddressAreLimited() throws Exception {
    try (TestGateway gateway = TestGateway.start("limits.connections-per-address=2")) {
      try (Line first = Line.plain(gateway.httpPort());
          Line second = Line.plain(gateway.stompPort())) {
        assertThat(status(first.say(get("/echo/info")))).isEqualTo("200");
        assertThat(second.say(CONNECT).until("\0")).startsWith("CONNECTED");
        try (Line third = Line.plain(gateway.httpPort())) {
          assertThat(third.say(get("/echo/info")).rest())
              .startsWith("HTTP/1.1 503 ")
              .contains("\r\nRetry-After: 10\r\n");
        }
        try (Line third = Line.plain(gateway.stompPort())) {
          assertThat(third.rest()).isEmpty();
        }
        assertThat(gateway.connections().refusedCount()).isEqualTo(2);
      }
      await().atMost(PATIENCE).until(() -> gateway.connections().count() == 0);
      assertThat(gateway.connections().addressCount()).isZero();
      try (Line fourth = Line.plain(gateway.httpPort())) {
        assertThat(status(fourth.say(get("/echo/info")))).isEqualTo("200");
      }
    }
  }

  @Test
  void refusedConnectionsDoNotAffectExistingOnes() throws Exception {
    try (TestGateway gateway = TestGateway.start("limits.connections=1");
        Line there = Line.plain(gateway.httpPort())) {
      assertThat(status(there.say(get("/echo/info")))).isEqualTo("200");
      there.until("\r\n\r\n");
      for (int i = 0; i < 1000; i++) {
        Line.plain(gateway.stompPort()).close();
      }
      await().atMost(PATIENCE).until(() -> gateway.connections().refusedCount() == 1000);
      assertThat(there.say(get("/nowhere")).until("404")).endsWith("404");
    }
  }

  @Test
  void clientsBehindAProxyAreCountedByForwardedAddress() throws Exception {
    try (TestGateway gateway =
        TestGateway.start("limits.connections-per-address=1", "http.proxies=[127.0.0.0/8]")) {
      try (Line first = Line.plain(gateway.httpPort());
          Line second = Line.plain(gateway.httpPort());
          Line third = Line.plain(gateway.httpPort())) {
        first.say(upgrade("X-Forwarded-For: 1.1.1.1, 203.0.113.7"));
        assertThat(status(first)).isEqualTo("101");
        // The same client with another forged address, through two proxies.
        second.say(upgrade("X-Forwarded-For: 2.2.2.2, 203.0.113.7", "X-Forwarded-For: 127.0.0.9"));
        assertThat(second.until("\r\n\r\n")).startsWith("HTTP/1.1 503 ").contains("etry-");
        third.say(upgrade("X-Forwarded-For: 203.0.113.8"));
        assertThat(status(third)).isEqualTo("101");
      }
      await().atMost(PATIENCE).until(() -> gateway.connections().addressCount() == 0);
    }
  }

  @Test
  void forwardedHeadersOfNonProxiesAreIgnored() throws Exception {
    try (TestGateway trusting = TestGateway.start("http.proxies=[127.0.0.1]");
        TestGateway wary = TestGateway.start("http.proxies=[10.0.0.0/8]");
        Line believed = Line.plain(trusting.httpPort());
        Line ignored = Line.plain(wary.httpPort())) {
      // A page without TLS is not the gateway's where the proxy reports TLS.
      String forwarded = get("/echo/info", "Origin: http://x", "X-Forwarded-Proto: https");
      assertThat(status(believed.say(forwarded))).isEqualTo("403");
      assertThat(status(ignored.say(forwarded))).isEqualTo("200");
    }
  }

  @Test
  void proxyHeaderNamesTheClientOfStompOverTls() throws Exception {
    try (TestGateway gateway =
        TestGateway.start(
            Stream.concat(
                    Stream.of(Certificates.settings("stomp.tls", "first")),
                    Stream.of(
                        "stomp.tls-port=0",
                        "stomp.plain=false",
                        "stomp.proxies=[127.0.0.1]",
                        "stomp.proxy-protocol=true",
                        "limits.connections-per-address=1"))
                .toArray(String[]::new))) {
      assertThat(gateway.stompPort()).isZero();
      try (Line first = proxied(gateway, "203.0.113.7");
          Line second = proxied(gateway, "203.0.113.7");
          Line third = proxied(gateway, "203.0.113.8")) {
        assertThat(first.say(CONNECT).until("\0")).startsWith("CONNECTED");
        assertThat(third.say(CONNECT).until("\0")).startsWith("CONNECTED");
        assertThat(second.rest()).isEmpty();
      }
    }
  }

  private static Line proxied(TestGateway gateway, String client) throws IOException {
    return Line.plain(gateway.stompTlsPort())
        .say("PROXY TCP4 " + client + " 127.0.0.1 5 6\r\n")
        .upgrade(Certificates.client(false, "first"));
  }

  @Test
  void proxyProtocolOfANonProxyIsRefused() throws Exception {
    try (TestGateway gateway =
            TestGateway.start("http.proxy-protocol=true", "http.proxies=[10.0.0.0/8]");
        Line line = Line.plain(gateway.httpPort())) {
      line.say("PROXY TCP4 10.0.0.1 127.0.0.1 5 6\r\n" + get("/echo/info"));
      assertThat(line.rest()).startsWith("HTTP/1.1 503 ").doesNotContain("200 OK");
    }
  }

  @Test
  void slowHeadersAreCutOff() throws Exception {
    try (TestGateway gateway =
            TestGateway.start("http.request-timeout=500ms", "stomp.connect-timeout=500ms");
        Line http = Line.plain(gateway.httpPort());
        Line stomp = Line.plain(gateway.stompPort())) {
      String endless = IntStream.range(0, 400).mapToObj(i -> "x").reduce("", String::concat);
      http.drip("GET / HTTP/1.1\r\nA: " + endless);
      stomp.drip("CONNECT\n" + endless);
      await().atMost(PATIENCE).until(() -> gateway.connections().count() == 0);
    }
  }

  @Test
  void handshakeWithABodyIsRefused() throws Exception {
    try (TestGateway gateway = TestGateway.start();
        Line line = Line.plain(gateway.httpPort())) {
      assertThat(status(line.say(upgrade("Content-Length: 9")))).isEqualTo("400");
    }
  }
}
