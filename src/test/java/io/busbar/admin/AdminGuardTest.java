package io.busbar.admin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.busbar.TestGateway;
import io.busbar.config.ConfigException;
import io.busbar.config.ConfigLoader;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.RequestOptions;
import io.vertx.core.json.JsonObject;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The admin port accepts only callers that may use it. */
final class AdminGuardTest {
  private static final String TOKEN = "planted-token-0123456789";

  private static TestGateway open;
  private static TestGateway locked;
  private static HttpClient http;

  @BeforeAll
  static void start() {
    open = TestGateway.start("event-loops=1");
    locked = TestGateway.start("event-loops=1", "admin.token=" + TOKEN);
    http = open.vertx().createHttpClient();
  }

  @AfterAll
  static void stop() {
    open.close();
    locked.close();
  }

  private static int status(TestGateway gateway, String path, String header, String value) {
    RequestOptions to =
        new RequestOptions()
            .setMethod(HttpMethod.GET)
            .setHost("127.0.0.1")
            .setPort(gateway.adminPort())
            .setURI(path)
            .putHeader(header, value);
    return TestGateway.await(http.request(to).compose(request -> request.send())).statusCode();
  }

  @ParameterizedTest
  @CsvSource({
    "localhost:8081, 200",
    "127.0.0.1, 200",
    "127.8.9.1:1, 200",
    "[::1]:8081, 200",
    "attacker.example:8081, 403",
    "127.0.0.1.attacker.example, 403",
    "localhost.attacker.example, 403",
    "192.0.2.1, 403",
  })
  void onlyLoopbackHostsAreAccepted(String host, int status) {
    assertThat(status(open, "/api/sessions", "Host", host)).isEqualTo(status);
    assertThat(status(open, "/health/live", "Host", host)).isEqualTo(status);
  }

  @ParameterizedTest
  @ValueSource(strings = {"/api/sessions", "/metrics", "/console/", "/console/feed"})
  void pageOfAnotherOriginIsRefused(String path) {
    assertThat(status(open, path, "Origin", "https://attacker.example")).isEqualTo(403);
    assertThat(status(open, path, "Origin", "null")).isEqualTo(403);
    assertThat(status(open, path, "Sec-Fetch-Site", "cross-site")).isEqualTo(403);
  }

  @ParameterizedTest
  @CsvSource({
    "DELETE, /api/sessions/x",
    "DELETE, /api/users/demo/sessions",
    "DELETE, /api/queues/x/messages",
    "POST, /api/queues/x/move?to=y",
    "POST, /api/publish"
  })
  void pageOfAnotherOriginChangesNothing(String method, String path) {
    AdminClient admin = new AdminClient(open.adminPort());
    for (String origin : List.of("https://attacker.example", "null", "http://127.0.0.1:1")) {
      assertThat(admin.ask(method, path, null, "Origin", origin).statusCode()).isEqualTo(403);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/api/sessions",
        "/api/sessions/x",
        "/api/alerts",
        "/api/cluster",
        "/metrics",
        "/console/",
        "/console/api.js",
        "/console/feed",
        "/nothing"
      })
  void requestWithoutTheTokenIsRefused(String path) {
    AdminClient admin = new AdminClient(locked.adminPort());
    assertThat(admin.get(path).statusCode()).isEqualTo(401);
    assertThat(admin.get(path).headers().firstValue("WWW-Authenticate")).isPresent();
    assertThat(admin.get(path).body()).doesNotContain(TOKEN);
    assertThat(admin.get(path, "Authorization", "Bearer " + TOKEN + "x").statusCode())
        .isEqualTo(401);
    assertThat(admin.get(path, "Authorization", "Bearer").statusCode()).isEqualTo(401);
    assertThat(admin.get(path, "Authorization", "Basic ???").statusCode()).isEqualTo(401);
    assertThat(admin.get(path, "Authorization", "Digest " + TOKEN).statusCode()).isEqualTo(401);
  }

  @Test
  void tokenIsAcceptedAsBearerAndAsPassword() {
    AdminClient admin = new AdminClient(locked.adminPort());
    String basic =
        Base64.getEncoder().encodeToString(("any:" + TOKEN).getBytes(StandardCharsets.UTF_8));
    for (String shown : List.of("Bearer " + TOKEN, "bearer " + TOKEN, "Basic " + basic)) {
      assertThat(admin.get("/api/sessions", "Authorization", shown).statusCode()).isEqualTo(200);
    }
  }

  @Test
  void healthWithoutTheTokenHasNoDetails() {
    AdminClient admin = new AdminClient(locked.adminPort());
    assertThat(new JsonObject(admin.get("/health/ready").body()))
        .isEqualTo(new JsonObject().put("status", "UP"));
    assertThat(admin.get("/health/ready", "Authorization", "Bearer " + TOKEN).body())
        .contains("event-loops");
    assertThat(admin.get("/health/ready", "Authorization", "Bearer wrong").statusCode())
        .isEqualTo(401);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          0.0.0.0          |                  | admin.token must be there where admin.host is not
          127.attacker.com |                  | admin.token must be there where admin.host is not
          127.0.0.1        | short            | admin.token must have at least 16 characters
          0.0.0.0          | 15-characters-.  | admin.token must have at least 16 characters
          """)
  void openPortWithoutALongTokenStopsTheStart(String host, String token, String why) {
    List<String> settings =
        List.of("admin.host=" + host, "admin.token=" + (token == null ? "\"\"" : token));
    assertThatThrownBy(() -> ConfigLoader.load(null, Map.of(), settings))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining(why)
        .hasMessageNotContaining("15-characters");
  }

  @Test
  void tokenIsNotPrinted() {
    assertThat(
            ConfigLoader.write(ConfigLoader.load(null, Map.of(), List.of("admin.token=" + TOKEN))))
        .doesNotContain(TOKEN);
  }
}
