package io.busbar.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.busbar.TestGateway;
import io.busbar.admin.BridgeListener;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What a node tells of the others: how they are, and which were lost. */
final class ClusterApiTest {
  private static final Duration PATIENCE = Duration.ofSeconds(40);

  private static JsonObject get(TestGateway node, String path) {
    URI uri = URI.create("http://127.0.0.1:" + node.adminPort() + path);
    try {
      return new JsonObject(
          HttpClient.newHttpClient()
              .send(HttpRequest.newBuilder(uri).build(), BodyHandlers.ofString())
              .body());
    } catch (IOException | InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  private static JsonObject other(TestGateway node) {
    return get(node, "/api/cluster").getJsonArray("members").stream()
        .map(JsonObject.class::cast)
        .filter(member -> !member.getBoolean("self"))
        .findFirst()
        .orElseThrow();
  }

  private static List<String> alerts(TestGateway node) {
    return get(node, "/api/alerts").getJsonArray("alerts").stream()
        .map(alert -> ((JsonObject) alert).getString("id"))
        .toList();
  }

  private static int members(TestGateway node) {
    return get(node, "/api/cluster").getJsonArray("members").size();
  }

  @Test
  void apiListsMembersWithNumbersAndLostMembers() {
    String[] given = new TestCluster().settings().toArray(String[]::new);
    try (TestGateway here = TestGateway.start(given)) {
      assertThat(alerts(here)).contains("alone");
      TestGateway lost = TestGateway.start(given);
      BridgeListener client = new BridgeListener(here.vertx(), lost.httpPort());
      await()
          .atMost(PATIENCE)
          .untilAsserted(
              () -> {
                JsonObject member = other(here);
                assertThat(member.getJsonObject("numbers")).isNotNull();
                assertThat(member.getJsonObject("numbers").getInteger("sessions")).isEqualTo(1);
                assertThat(member.getLong("heardMillis")).isNotNull();
                assertThat(member.getInteger("registrations")).isPositive();
                assertThat(alerts(here)).doesNotContain("alone");
              });
      String address = other(here).getString("address");
      lost.die();
      await().atMost(PATIENCE).until(() -> alerts(here).contains("left " + address));
      JsonArray left = get(here, "/api/cluster").getJsonArray("left");
      assertThat(left.getJsonObject(0).getString("address")).isEqualTo(address);

      TestGateway polite = TestGateway.start(given);
      await().atMost(PATIENCE).until(() -> members(here) == 2);
      await().atMost(PATIENCE).until(() -> !alerts(here).contains("left " + address));
      polite.close();
      await().atMost(PATIENCE).until(() -> members(here) == 1);
      assertThat(get(here, "/api/cluster").getJsonArray("left")).isEmpty();
      client.close();
    }
  }
}
