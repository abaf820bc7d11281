package io.busbar.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import com.hazelcast.config.Config;
import com.hazelcast.config.JoinConfig;
import com.hazelcast.core.Hazelcast;
import com.hazelcast.core.HazelcastInstance;
import io.busbar.TestGateway;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** A member of a build that says less of itself than this one does. */
final class OlderNodeTest {
  @Test
  void aNodeJoinsOneThatSaysNothingOfItsBus() {
    TestCluster cluster = new TestCluster();
    Config config = new Config();
    config.setProperty("hazelcast.wait.seconds.before.join", "0");
    config.setClusterName(cluster.name()).getNetworkConfig().setPort(cluster.port());
    config.getMemberAttributeConfig().setAttribute("__vertx.nodeId", UUID.randomUUID().toString());
    JoinConfig join = config.getNetworkConfig().getJoin();
    join.getAutoDetectionConfig().setEnabled(false);
    join.getTcpIpConfig().setEnabled(true).setMembers(List.of("127.0.0.1:" + cluster.port()));
    config.getNetworkConfig().getInterfaces().setEnabled(true).addInterface("127.0.0.1");
    HazelcastInstance older = Hazelcast.newHazelcastInstance(config);
    try (TestGateway node = cluster.startHere("shutdown.spread=0s")) {
      assertThat(older.getCluster().getMembers()).hasSize(2);
      assertThat(node.httpPort()).isPositive();
    } finally {
      cluster.close();
      older.shutdown();
    }
  }
}
