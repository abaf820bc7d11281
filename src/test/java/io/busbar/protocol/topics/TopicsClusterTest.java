package io.busbar.protocol.topics;

import static org.assertj.core.api.Assertions.assertThat;

import io.busbar.TestGateway;
import io.busbar.cluster.TestCluster;
import io.busbar.protocol.WebSocketPipe;
import io.vertx.core.internal.VertxInternal;
import io.vertx.core.json.JsonObject;
import org.junit.jupiter.api.Test;

/** Two nodes with the default config. */
final class TopicsClusterTest {
  @Test
  void clientUsesTheRelayAndThermometersOfBothNodes() {
    try (TestCluster cluster = new TestCluster()) {
      TestGateway here = cluster.startHere();
      TestGateway there = cluster.startHere();
      TopicsClient client =
          new TopicsClient(WebSocketPipe.connect(here.httpPort(), "/topics")).started();
      String relay = "node/relay/" + name(there);
      JsonObject on = new JsonObject().put("state", true);
      assertThat(client.on(relay + "/state")).isEqualTo(new JsonObject().put("state", false));
      client.say("[\"" + relay + "/set\", {\"state\": true}]");
      Object said = client.on(relay + "/state");
      while (!said.equals(on)) {
        said = client.on(relay + "/state");
      }
      for (TestGateway node : new TestGateway[] {here, there}) {
        Object value = client.on("node/thermometer/" + name(node) + "/temperature");
        assertThat(((JsonObject) value).getDouble("value")).isBetween(15.0, 30.0);
      }
      assertThat(name(here)).isNotEqualTo(name(there));
      client.close();
    }
  }

  private static String name(TestGateway node) {
    return ((VertxInternal) node.vertx()).clusterManager().getNodeId().substring(0, 8);
  }
}
