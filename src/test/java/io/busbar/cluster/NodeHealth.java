package io.busbar.cluster;

import static org.awaitility.Awaitility.await;

import io.busbar.BusbarProcess;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.Set;

/** The state of the cluster in the response to /health/ready of a node. */
public record NodeHealth(boolean healthy, String reason, int members) {
  private static final String TOKEN = "0123456789abcdef";
  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final HttpClient HTTP = HttpClient.newHttpClient();

  /** Setting of each node that allows these tests to ask. */
  public static final String SETTING = "admin.token=" + TOKEN;

  public static NodeHealth of(BusbarProcess node) {
    JsonObject cluster = cluster(node);
    JsonObject data = cluster.getJsonObject("data");
    return new NodeHealth(
        cluster.getString("status").equals("UP"),
        data.getString("reason"),
        data.getJsonArray("members").size());
  }

  /**
   * Waits until another node has a backup of all data of these nodes, so that a second one may
   * stop.
   */
  public static void awaitSafe(Collection<BusbarProcess> nodes) {
    nodes.forEach(
        node ->
            await()
                .atMost(PATIENCE)
                .pollInterval(Duration.ofMillis(200))
                .until(() -> cluster(node).getJsonObject("data").getBoolean("safe", false)));
  }

  private static JsonObject cluster(BusbarProcess node) {
    return new JsonObject(get(node, "/health/ready"))
        .getJsonArray("checks").stream()
            .map(JsonObject.class::cast)
            .filter(check -> check.getString("id").equals("cluster"))
            .findFirst()
            .orElseThrow();
  }

  /** Returns the response of the admin port. */
  public static String get(BusbarProcess node, String path) {
    HttpRequest request =
        HttpRequest.newBuilder(node.admin().resolve(path))
            .header("Authorization", "Bearer " + TOKEN)
            .build();
    try {
      return HTTP.send(request, BodyHandlers.ofString()).body();
    } catch (IOException | InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  /**
   * Waits until that node reports a healthy cluster with that number of nodes; returns all its
   * answers.
   */
  public static Set<NodeHealth> awaitMembers(BusbarProcess node, int members) {
    Set<NodeHealth> said = new LinkedHashSet<>();
    NodeHealth awaited = new NodeHealth(true, "", members);
    return await()
        .atMost(PATIENCE)
        .pollInterval(Duration.ofMillis(200))
        .until(
            () -> {
              said.add(of(node));
              return said;
            },
            all -> all.contains(awaited));
  }
}
