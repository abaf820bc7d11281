package io.busbar.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.busbar.TestGateway;
import io.busbar.net.Line;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Which pages may connect, by what they send. */
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
  void thoseOfTheConfigAsTheyCome(String origin) throws IOException {
    assertThat(status("Host: x", "Origin: " + origin)).isEqualTo("200");
  }

  @Test
  void internationalNamesComeInUtf8Too() throws IOException {
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
  void theGatewaysOwnAsTheyCome(String host, String origin) throws IOException {
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
  void othersAreRefused(String host, String origin) throws IOException {
    assertThat(status("Host: " + host, "Origin: " + origin)).isEqualTo("403");
  }
}
