package io.busbar.protocol.route;

import static io.busbar.protocol.route.RouteGateway.DEMO;
import static io.busbar.protocol.route.RouteGateway.basic;
import static org.assertj.core.api.Assertions.assertThat;

import io.busbar.protocol.route.RouteGateway.Received;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Who may ask a feature that answers HTTP, and what it is told of who asks. */
final class RouteAccessTest {
  private static RouteGateway gateway;

  @BeforeAll
  static void start() {
    gateway = new RouteGateway();
  }

  @AfterAll
  static void stop() {
    gateway.close();
  }

  @ParameterizedTest
  @CsvSource({"GET, /seen", "POST, /post", "OPTIONS, /seen", "GET, /members"})
  void foreignOriginIsRefused(String method, String path) throws Exception {
    Received received = gateway.ask(method, path, null, "Origin: https://evil.example");
    assertThat(received.status()).isEqualTo(403);
    assertThat(received.header("access-control-allow-origin")).isNull();
  }

  @Test
  void preflightOfAnAllowedOriginIsAnswered() throws Exception {
    String origin = "Origin: https://friend.example";
    Received preflight =
        gateway.ask(
            "OPTIONS",
            "/members",
            null,
            origin,
            "Access-Control-Request-Method: PUT",
            "Access-Control-Request-Headers: content-type, authorization");
    assertThat(preflight.status()).isEqualTo(204);
    assertThat(preflight.header("access-control-allow-origin")).isEqualTo("https://friend.example");
    assertThat(preflight.header("access-control-allow-methods")).contains("PUT");
    assertThat(preflight.header("access-control-allow-headers"))
        .isEqualTo("content-type, authorization");
    assertThat(gateway.get("/any/text", origin).header("access-control-allow-origin"))
        .isEqualTo("https://friend.example");
  }

  @Test
  void wrongLoginIsRefusedEvenIfNoneIsRequired() throws Exception {
    for (String path : List.of("/seen", "/seen/a", "/members", "/nobody")) {
      Received received = gateway.get(path, basic("nobody-" + path.length() + ":wrong"));
      assertThat(received.status()).as(path).isIn(401, 429);
      assertThat(received.body()).doesNotContain("headers");
    }
  }

  @Test
  void missingLoginIsUnauthorizedWithChallenges() throws Exception {
    Received received = gateway.post("/members", "x");
    assertThat(received.status()).isEqualTo(401);
    assertThat(received.answer().headers("www-authenticate"))
        .containsExactly("Bearer", "Basic realm=\"busbar\", charset=\"UTF-8\"");
    assertThat(received.json()).isEqualTo(new JsonObject().put("error", "not logged in"));
    assertThat(gateway.get("/members", DEMO).jsonBody()).containsEntry("user", "demo");
  }

  @Test
  void featureReceivesTheUserAndSession() throws Exception {
    Map<String, Object> user = gateway.get("/seen", DEMO).jsonBody();
    assertThat(user).containsEntry("user", "demo").containsEntry("protocol", "http");
    assertThat((String) user.get("session")).isNotBlank();
    assertThat(gateway.get("/seen").jsonBody()).doesNotContainKey("user").containsKey("session");
  }

  @Test
  void onlyKnownRequestHeadersReachTheFeature() throws Exception {
    Map<String, Object> jsonBody =
        gateway
            .get(
                "/seen?user=root",
                "User: root",
                "session: 1",
                "roles: admin",
                "protocol: stomp",
                "busbar-except: x",
                "Busbar-Await: handled",
                "method: DELETE",
                "path: /other",
                "status: 500",
                "Cookie: a=b",
                "X-Forwarded-For: 1.2.3.4",
                "Accept: text/html",
                "Accept: a/b",
                "Accept-Language: de")
            .jsonBody();
    assertThat(jsonBody.keySet())
        .containsExactlyInAnyOrder(
            "session", "protocol", "method", "path", "query", "accept", "accept-language");
    assertThat(jsonBody)
        .containsEntry("method", "GET")
        .containsEntry("path", "/seen")
        .containsEntry("query", "user=root")
        .containsEntry("protocol", "http")
        .containsEntry("accept", "text/html, a/b")
        .containsEntry("accept-language", "de");
    assertThat(jsonBody.get("session")).isNotEqualTo("1");
  }

  @Test
  void tokenInTheUrlIsNotForwarded() throws Exception {
    Received received = gateway.get("/seen?a=1&access=x&b=2");
    assertThat(received.status()).isEqualTo(401);
    assertThat(gateway.get("/seen?a=1&b=%61ccess").jsonBody())
        .containsEntry("query", "a=1&b=%61ccess");
  }

  @Test
  void upgradeRequestIsAnsweredByTheFeature() throws Exception {
    assertThat(gateway.get("/seen", "Upgrade: websocket", "Connection: Upgrade", DEMO).jsonBody())
        .containsEntry("user", "demo");
  }
}
