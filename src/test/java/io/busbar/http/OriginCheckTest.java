package io.busbar.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.busbar.LogLines;
import io.busbar.TestGateway;
import io.busbar.http.Rejections.Reason;
import io.busbar.net.Line;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Tests of which pages may connect, by their headers. */
final class OriginCheckTest {
  private static TestGateway gateway;

  @BeforeAll
  static void start() {
    gateway =
        TestGateway.start(
            "http.origins=[https://*.example.com, 'http://localhost:*', capacitor://localhost,"
                + " https://müller.example, 'null']");
  }

  @AfterAll
  static void stop() {
    gateway.close();
  }

  private static String ask(String... headers) throws IOException {
    try (Line line = Line.plain(gateway.httpPort())) {
      line.say("GET /echo/info HTTP/1.1\r\n" + String.join("\r\n", headers));
      return line.say("\r\nConnection: close\r\n\r\n").rest();
    }
  }

  private static String status(String... headers) throws IOException {
    return ask(headers).split(" ")[1];
  }

  @ParameterizedTest
  @CsvSource({
    "https://a.example.com",
    "wss://b.a.Example.Com:443",
    "http://localhost:3000",
    "ws://localhost",
    "capacitor://localhost",
    "https://xn--mller-kva.example",
    "null",
  })
  void originsOfTheConfigAreAccepted(String origin) throws IOException {
    assertThat(status("Host: x", "Origin: " + origin)).isEqualTo("200");
  }

  @Test
  void internationalOriginMayBeUtf8() throws IOException {
    String utf8 =
        new String("müller".getBytes(StandardCharsets.UTF_8), StandardCharsets.ISO_8859_1);
    assertThat(status("Host: x", "Origin: https://" + utf8 + ".example")).isEqualTo("200");
    assertThat(status("Host: x", "Origin: https://m\u00fcller.example")).isEqualTo("403");
  }

  @ParameterizedTest
  @CsvSource({
    "x, http://x",
    "x, ws://x",
    "x, https://x",
    "x, wss://X:443",
    "X:80, http://x",
    "x.:80, http://x.",
    "x:443, https://x",
    "x:8080, http://x:8080",
    "'[::1]:8080', 'http://[::1]:8080'",
  })
  void ownOriginsAreAccepted(String host, String origin) throws IOException {
    assertThat(status("Host: " + host, "Origin: " + origin)).isEqualTo("200");
    assertThat(
            status(
                "Host: " + host,
                "Sec-Fetch-Site: cross-site",
                "Referer: " + origin + "/page?a=http://b"))
        .isEqualTo("200");
  }

  @ParameterizedTest
  @CsvSource({
    "x, http://x:8080",
    "x:8080, http://x",
    "x, http://y",
    "x, capacitor://x",
    "x, https://example.com",
    "x, http://x/",
    "x, nonsense",
    "x, ''",
  })
  void otherOriginsAreRefused(String host, String origin) throws IOException {
    assertThat(status("Host: " + host, "Origin: " + origin)).isEqualTo("403");
  }

  @Test
  void twoOriginHeadersAreRefused() throws IOException {
    String good = "Origin: http://x";
    assertThat(status("Host: x", good, "Origin: https://evil.example")).isEqualTo("400");
    assertThat(status("Host: x", "Origin: https://evil.example", good)).isEqualTo("400");
    assertThat(status("Host: x", good, good)).isEqualTo("400");
    assertThat(status("Host: x", good + ", https://evil.example")).isEqualTo("403");
  }

  @Test
  void refusedOriginIsCountedEachTimeAndLoggedOnce() throws IOException {
    long before = gateway.rejections().count(Reason.ORIGIN);
    try (LogLines log = new LogLines("io.busbar.http")) {
      for (int i = 0; i < 5; i++) {
        status("Host: 127.0.0.1:8080", "Origin: https://Told.example:443");
        status("Host: x", "Sec-Fetch-Site: cross-site", "Referer: https://script.example/a?secret");
      }
      assertThat(gateway.rejections().count(Reason.ORIGIN)).isEqualTo(before + 10);
      assertThat(log.with("https://told.example"))
          .singleElement()
          .asString()
          .contains("the Host that it asks for is 127.0.0.1:8080")
          .endsWith("set http.origins: [https://told.example]");
      assertThat(log.with("https://script.example")).hasSize(1);
      assertThat(log.with("secret")).isEmpty();
    }
  }

  @Test
  void invalidOriginIsEscapedInTheLog() throws IOException {
    try (LogLines log = new LogLines("io.busbar.http")) {
      assertThat(status("Host: x", "Origin: https://red\u009b31m")).isEqualTo("403");
      assertThat(log.with("https://red\\u009b31m")).hasSize(1);
    }
  }

  @Test
  void nullOriginIsQuotedInTheLog() throws IOException {
    try (TestGateway other = TestGateway.start();
        Line line = Line.plain(other.httpPort());
        LogLines log = new LogLines("io.busbar.http")) {
      line.say("GET /echo/info HTTP/1.1\r\nHost: x\r\nOrigin: null\r\n\r\n").until("403 ");
      assertThat(log.with("set http.origins: [\"null\"]")).hasSize(1);
    }
  }

  @ParameterizedTest
  @CsvSource({"https://a.example.com", "capacitor://localhost", "null"})
  void credentialsAreOnlyForNamedOrigins(String origin) throws IOException {
    String named = ask("Host: x", "Origin: " + origin).toLowerCase(Locale.ROOT);
    assertThat(named)
        .contains("\r\naccess-control-allow-origin: " + origin + "\r\n")
        .contains("\r\naccess-control-allow-credentials: true\r\n")
        .contains("\r\nvary: origin\r\n");
    String nobody = ask("Host: x").toLowerCase(Locale.ROOT);
    assertThat(nobody)
        .contains("\r\naccess-control-allow-origin: *\r\n")
        .contains("\r\nvary: origin\r\n")
        .doesNotContain("credentials");
  }

  @Test
  void configuredOriginsMayFrameOnlySockJsPages() throws IOException {
    String framers =
        "frame-ancestors 'self' https://*.example.com http://localhost:* capacitor://localhost"
            + " https://xn--mller-kva.example";
    for (String path :
        new String[] {
          "/echo/iframe.html", "/echo/a/frame/htmlfile?c=x", "/eventbus/iframe-1.html"
        }) {
      try (Line line = Line.plain(gateway.httpPort())) {
        line.say("GET " + path + " HTTP/1.1\r\nHost: x\r\n\r\n");
        assertThat(line.until("\r\n\r\n")).contains(framers + "\r\n");
      }
    }
    for (String path : new String[] {"/", "/chat.html", "/echoes", "/nowhere"}) {
      try (Line line = Line.plain(gateway.httpPort())) {
        line.say("GET " + path + " HTTP/1.1\r\nHost: x\r\n\r\n");
        assertThat(line.until("\r\n\r\n")).contains("frame-ancestors 'self'\r\n");
      }
    }
  }
}
