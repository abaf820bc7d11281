package io.busbar.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.hazelcast.core.HazelcastInstance;
import org.junit.jupiter.api.Test;

/** Tests with a member of an older build, which keeps registrations elsewhere. */
final class OlderNodeTest {
  @Test
  void nodeDoesNotJoinAClusterOfAnOlderBuild() {
    TestCluster cluster = new TestCluster();
    HazelcastInstance older = cluster.joinOlder();
    try {
      assertThatThrownBy(() -> cluster.startHere("shutdown.spread=0s"))
          .hasMessageContaining("a node of an older build is in it");
      assertThat(older.getLifecycleService().isRunning()).isTrue();
    } finally {
      cluster.close();
      older.shutdown();
    }
  }
}
