package io.busbar.protocol.route;

import static org.assertj.core.api.Assertions.assertThat;

import io.busbar.protocol.session.RawHttp;
import java.nio.charset.StandardCharsets;
import java.util.Random;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Requests to features that answer HTTP, put together from what is odd. */
final class InvalidRouteRequestsTest {
  private static final int ODD = 3_000;

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
  void randomRequestsCauseNoInternalError() throws Exception {
    long seed = Long.getLong("busbar.seed", System.nanoTime());
    Random random = new Random(seed);
    RawHttp http = gateway.connect();
    for (int i = 0; i < ODD; i++) {
      String request = randomRequest(random);
      String about = "busbar.seed=" + seed + ", to\n" + request;
      http.raw(request.getBytes(StandardCharsets.ISO_8859_1));
      RawHttp.Answer answer = http.answer();
      String body = request.startsWith("HEAD") ? "" : answer.body();
      assertThat(answer.status()).as(about).matches(s -> s >= 200 && s < 500 || s == 503);
      assertThat(body).as(about).doesNotContain("xception", "java.", "io.vertx");
      if ("close".equalsIgnoreCase(answer.header("connection")) || answer.status() == 400) {
        http.close();
        http = gateway.connect();
      }
    }
    http.close();
    assertThat(gateway.get("/any/text").body()).isEqualTo("Grüße");
  }

  private static String randomRequest(Random random) {
    String[] methods = {"GET", "POST", "PUT", "DELETE", "HEAD", "OPTIONS", "PATCH", "X", "TRACE"};
    String[] paths = {
      "/seen", "/seen/", "/seen/%ff", "/seen/%00", "/seen/%zz", "/seen/..", "/any/json",
          "/any/text",
      "/nobody", "/small", "/members", "/post", "/any/%0d%0aX:y", "/seen/*", "/seen/a;b",
          "/any/teapot"
    };
    String[] queries = {
      "", "?", "?a", "?a=%", "?%ff=%00", "?access=", "?access=a.b.c", "?;&=&", "??"
    };
    String[] headers = {
      "Content-Type: application/json",
      "Content-Type: text/plain; charset=\"x",
      "Content-Type: ;;",
      "Content-Type: text/",
      "Content-Type: +json",
      "Content-Encoding: br",
      "Origin: null",
      "Origin: http://127.0.0.1",
      "Authorization: Bearer x.y.z",
      "Authorization: Digest x",
      "Accept: \u00e4\t",
      "Accept-Language: ,,,",
      "session: x",
      "Upgrade: websocket",
      "Expect: 100-continues",
      "Cookie: =;",
      "Content-Type: application/json; charset=utf-16"
    };
    String[] bodies = {
      "",
      "{}",
      "[",
      "null",
      "1e999",
      "\"\\ud800\"",
      "\u00ff\u00fe",
      "{\"a\":" + "[".repeat(2000),
      "NaN",
      "{\"a\":1,\"a\":2}",
      "x".repeat(70_000),
      "\"",
      "{\"user\":\"root\"}",
      "1 2"
    };
    StringBuilder request = new StringBuilder();
    request.append(pickOne(random, methods)).append(' ').append(pickOne(random, paths));
    request.append(pickOne(random, queries)).append(" HTTP/1.1\r\nHost: 127.0.0.1\r\n");
    for (int i = random.nextInt(4); i > 0; i--) {
      request.append(pickOne(random, headers)).append("\r\n");
    }
    String body = pickOne(random, bodies);
    return request.append("Content-Length: ").append(body.length()).append("\r\n\r\n") + body;
  }

  private static String pickOne(Random random, String... choices) {
    return choices[random.nextInt(choices.length)];
  }
}
