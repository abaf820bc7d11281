package io.busbar.cluster;

import static org.awaitility.Awaitility.await;

import com.hazelcast.cluster.Cluster;
import com.hazelcast.cluster.Member;
import com.hazelcast.cluster.MembershipEvent;
import io.busbar.TestGateway;
import io.busbar.admin.BridgeListener;
import io.vertx.core.internal.VertxInternal;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** A node that was cut off takes the others for lost, and is back before it has dealt with that. */
final class LateRemovalTest {
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  @Test
  void aNodeThatIsTakenOutThoughItIsThereHearsAgain() {
    List<String> all = new ArrayList<>(new TestCluster().settings());
    // it is not the self-check that heals this
    all.add("cluster.self-check=1h");
    String[] given = all.toArray(String[]::new);
    try (TestGateway late = TestGateway.start(given);
        TestGateway living = TestGateway.start(given)) {
      BridgeListener listener = new BridgeListener(living).say("register", "public.news");
      awaitHeard(late, listener, "before");

      Cluster cluster = late.hazelcast().getCluster();
      Member member = living.hazelcast().getCluster().getLocalMember();
      Membership membership = (Membership) ((VertxInternal) late.vertx()).clusterManager();
      membership.memberRemoved(
          new MembershipEvent(
              cluster, member, MembershipEvent.MEMBER_REMOVED, cluster.getMembers()));

      awaitHeard(late, listener, "after");
      listener.close();
    }
  }

  private static void awaitHeard(TestGateway from, BridgeListener listener, String words) {
    await()
        .atMost(PATIENCE)
        .until(
            () -> {
              from.bus().publish("public.news", words);
              return listener.heard().stream()
                  .anyMatch(message -> words.equals(message.getString("body")));
            });
  }
}
