package io.busbar.admin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.busbar.TestGateway;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The console gets the state of the node itself, as openapi.yaml says. */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
final class NodeApiTest {
  static final Set<String> PATHS =
      Set.of(
          "/api/alerts",
          "/api/cluster",
          "/api/history/numbers",
          "/api/presence",
          "/api/routes",
          "/api/sessions/{id}",
          "/api/streams");

  private static final Duration PATIENCE = Duration.ofSeconds(20);

  private static TestGateway gateway;
  private static AdminClient admin;
  private static ContractClient contract;

  @BeforeAll
  static void start() {
    gateway = TestGateway.start("event-loops=2");
    admin = new AdminClient(gateway.adminPort());
    contract = new ContractClient(gateway);
  }

  @AfterAll
  static void stop() {
    gateway.close();
  }

  private static JsonObject get(String path) {
    return contract.checked(200, "GET", path, null);
  }

  private static List<String> names(String path, String list, String key) {
    return get(path).getJsonArray(list).stream()
        .map(each -> ((JsonObject) each).getString(key))
        .toList();
  }

  @Test
  void numbersAreListedByWindow() {
    await()
        .atMost(PATIENCE)
        .until(() -> get("/api/history/numbers?window=2m").getJsonArray("samples").size() > 1);
    JsonObject hour = get("/api/history/numbers");
    assertThat(hour.getString("window")).isEqualTo("1h");
    assertThat(hour.getInteger("stepSeconds")).isEqualTo(10);
    assertThat(hour.getLong("heapMax")).isPositive();
  }

  @Test
  void singleNodeReportsItself() {
    JsonObject cluster = get("/api/cluster");
    assertThat(cluster.getBoolean("clustered")).isFalse();
    JsonObject self = cluster.getJsonArray("members").getJsonObject(0);
    assertThat(self.getBoolean("self")).isTrue();
    assertThat(self.getJsonObject("numbers").getLong("heapBytes")).isPositive();
    JsonObject routes = get("/api/routes");
    assertThat(routes.getValue("rabbitmq")).isNull();
    assertThat(routes.getJsonArray("webhooks")).isEmpty();
  }

  @Test
  void drainingNodeIsAnAlert() {
    try (TestGateway leaving = TestGateway.start("event-loops=1")) {
      ContractClient its = new ContractClient(leaving);
      assertThat(its.checked(200, "GET", "/api/alerts", null).encode()).doesNotContain("not-ready");
      leaving.readiness().draining();
      JsonObject alert =
          its.checked(200, "GET", "/api/alerts", null).getJsonArray("alerts").getJsonObject(0);
      assertThat(alert.getString("id")).isEqualTo("not-ready");
      assertThat(alert.getString("severity")).isEqualTo("critical");
      assertThat(alert.getString("reason")).contains("about to leave");
      assertThat(new AdminClient(leaving.adminPort()).get("/metrics").body())
          .contains("busbar_alerts{severity=\"critical\"} 1.0\n");
    }
    get("/api/alerts");
  }

  @Test
  void nodeWithoutStreamsListsNone() {
    assertThat(names("/api/streams", "streams", "name")).isEmpty();
    assertThat(names("/api/streams?prefix=a&after=b&limit=1000", "streams", "name")).isEmpty();
  }

  @Test
  void channelsWithPresenceAreListed() {
    BridgeListener client = new BridgeListener(gateway).say("register", "public.presence-demo");
    String path = "/api/presence";
    await()
        .atMost(PATIENCE)
        .until(() -> names(path, "channels", "channel").contains("public.presence-demo"));
    assertThat(names(path + "?prefix=public.p", "channels", "channel"))
        .containsExactly("public.presence-demo");
    assertThat(names(path + "?prefix=q", "channels", "channel")).isEmpty();
    assertThat(names(path + "?after=~", "channels", "channel")).isEmpty();
    assertThat(get(path + "?limit=1").getString("next")).isEqualTo("public.presence-demo");
    client.close();
  }

  @Test
  void unknownSessionIsNotFound() {
    for (String id : List.of("x", "%3Cb%3E", "a%2Fb", "x".repeat(2_000))) {
      contract.checked(404, "GET", "/api/sessions/" + id, null);
      contract.checked(404, "DELETE", "/api/sessions/" + id, null);
    }
    BridgeListener client = new BridgeListener(gateway);
    await().atMost(PATIENCE).until(() -> gateway.counters().sessionCount() > 0);
    String sessions = admin.get("/api/sessions?protocol=bridge").body();
    String id = new JsonObject(sessions).getJsonArray("sessions").getJsonObject(0).getString("id");
    assertThat(get("/api/sessions/" + id).getString("id")).isEqualTo(id);
    contract.checked(200, "DELETE", "/api/sessions/" + id, null);
    client.close();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/api/history/numbers?window=1d",
        "/api/history/numbers?window=2M",
        "/api/streams?limit=0",
        "/api/streams?limit=1001",
        "/api/presence?limit=x"
      })
  void invalidParameterIsAnError(String path) {
    assertThat(contract.checked(400, "GET", path, null).getString("error")).isNotBlank();
  }

  @Test
  void everyFileOfTheConsoleIsServed() throws IOException {
    try (Stream<Path> files = Files.list(Path.of("src", "main", "resources", "console"))) {
      List<String> names =
          files.map(file -> file.getFileName().toString().replace("index.html", "")).toList();
      assertThat(names).hasSizeGreaterThan(20);
      for (String name : names) {
        assertThat(admin.get("/console/" + name).statusCode()).as(name).isEqualTo(200);
      }
    }
    assertThat(admin.get("/console/nothing.js").statusCode()).isEqualTo(404);
  }

  /** Runs last. */
  @Test
  @Order(Integer.MAX_VALUE)
  void everyOperationOfTheContractWasTested() {
    contract.allWereAsked(PATHS::contains);
  }
}
