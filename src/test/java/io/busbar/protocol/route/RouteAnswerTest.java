package io.busbar.protocol.route;

import static org.assertj.core.api.Assertions.assertThat;

import io.busbar.LogLines;
import io.busbar.TestGateway;
import io.busbar.protocol.route.RouteGateway.Received;
import io.busbar.protocol.session.RawHttp;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What becomes of the answer of a feature that answers HTTP, and what stands for none. */
final class RouteAnswerTest {
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
  @CsvSource({
    "json, application/json, {\"a\":1}",
    "array, application/json, [\"ü\"]",
    "number, application/json, 1.5",
    "text, text/plain; charset=utf-8, Grüße",
    "binary, application/octet-stream, abc",
  })
  void responseHasTheTypeOfItsBody(String path, String type, String body) throws Exception {
    Received received = gateway.get("/any/" + path);
    assertThat(received.status()).isEqualTo(200);
    assertThat(received.header("content-type")).isEqualTo(type);
    assertThat(received.header("cache-control")).isEqualTo("no-store");
    assertThat(received.body()).isEqualTo(body);
  }

  @Test
  void emptyReplyIsNoContent() throws Exception {
    Received received = gateway.get("/any/nothing");
    assertThat(received.status()).isEqualTo(204);
    assertThat(received.header("content-type")).isNull();
  }

  @Test
  void replySetsTheStatusAndPermittedHeadersOnly() throws Exception {
    Received created = gateway.post("/any/created", null);
    assertThat(created.status()).isEqualTo(201);
    assertThat(created.header("location")).isEqualTo("/any/1");
    assertThat(created.answer().headers("set-cookie")).containsExactly("a=1", "b=2");
    assertThat(created.header("content-length")).isEqualTo("0");
    assertThat(created.answer().names()).doesNotContain("x-other", "transfer-encoding", "status");
    Received page = gateway.get("/any/page");
    assertThat(page.header("content-type")).isEqualTo("text/html");
    assertThat(page.header("cache-control")).isEqualTo("max-age=60");
    assertThat(page.header("content-security-policy"))
        .contains("default-src 'none'", "frame-ancestors 'self'")
        .doesNotContain("friend.example");
    assertThat(gateway.get("/any/unchanged").status()).isEqualTo(304);
  }

  @Test
  void refusalOfTheFeatureReachesTheClient() throws Exception {
    Received teapot = gateway.get("/any/teapot");
    assertThat(teapot.status()).isEqualTo(418);
    assertThat(teapot.json()).isEqualTo(new JsonObject().put("error", "no \"coffee\" here"));
    assertThat(gateway.get("/any/silent").json().getString("error")).isNotBlank();
    Received busy = gateway.get("/any/busy");
    assertThat(busy.status()).isEqualTo(503);
    assertThat(busy.json()).isEqualTo(new JsonObject().put("error", "come again"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"broken", "odd-code", "low-code"})
  void internalFailureMessageIsNotShown(String path) throws Exception {
    Received received = gateway.get("/any/" + path);
    assertThat(received.status()).isEqualTo(500);
    assertThat(received.json()).isEqualTo(new JsonObject().put("error", "the request failed"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"abc", "99", "100", "199", "600", "2000", "-200"})
  void invalidStatusIsAFailure(String status) throws Exception {
    assertThat(gateway.get("/any/status?" + status).status()).isEqualTo(500);
  }

  @Test
  void replyCannotSplitTheResponse() throws Exception {
    Received received = gateway.get("/any/split");
    assertThat(received.status()).isEqualTo(500);
    assertThat(received.answer().names()).doesNotContain("set-cookie", "location");
  }

  @Test
  void repeatedFailuresAreLoggedOnce() throws Exception {
    try (LogLines log = new LogLines("io.busbar.route");
        TestGateway other =
            TestGateway.start(
                "features=[{verticle: io.busbar.feature.EchoVerticle,"
                    + " http: [{path: /any/*, address: t.any}]}]")) {
      TestGateway.await(other.bus().consumer("t.any", RouteGateway::answer).completion());
      for (int i = 0; i < 3; i++) {
        try (RawHttp http = new RawHttp(other.httpPort())) {
          assertThat(http.get("/any/status?700").status()).isEqualTo(500);
        }
      }
      assertThat(log.with(""))
          .containsExactly(
              "/any/* at t.any is answered 500: an answer has a status that is not from 200 to 599:"
                  + " 700");
    }
  }

  @Test
  void routeWithoutAHandlerIsUnavailable() throws Exception {
    Received received = gateway.get("/nobody");
    assertThat(received.status()).isEqualTo(503);
    assertThat(received.header("retry-after")).isEqualTo("1");
    assertThat(received.body()).doesNotContain("t.nobody");
  }

  @Test
  void missingReplyIsAGatewayTimeout() throws Exception {
    assertThat(gateway.get("/deaf").status()).isEqualTo(504);
  }

  @Test
  void tooManyPendingRequestsOfAnAddressAreRefused() throws Exception {
    List<RawHttp> waiting = new ArrayList<>();
    try {
      for (int i = 0; i < RouteGateway.MOST_AT_ONCE + 2; i++) {
        waiting.add(gateway.connect().send("GET", "/deaf", null));
      }
      List<Integer> statuses = new ArrayList<>();
      for (RawHttp http : waiting) {
        statuses.add(http.answer().status());
      }
      assertThat(statuses).filteredOn(status -> status == 504).hasSize(RouteGateway.MOST_AT_ONCE);
      assertThat(statuses).filteredOn(status -> status == 429).hasSize(2);
      assertThat(gateway.get("/any/text").status()).isEqualTo(200);
    } finally {
      for (RawHttp http : waiting) {
        http.close();
      }
    }
  }
}
