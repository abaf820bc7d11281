package io.busbar.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.hazelcast.cluster.Cluster;
import com.hazelcast.cluster.Member;
import com.hazelcast.cluster.MembershipEvent;
import com.hazelcast.core.LifecycleEvent;
import com.hazelcast.core.LifecycleEvent.LifecycleState;
import com.hazelcast.multimap.MultiMap;
import io.busbar.TestGateway;
import io.busbar.admin.BridgeListener;
import io.vertx.core.internal.VertxInternal;
import io.vertx.core.spi.cluster.RegistrationInfo;
import io.vertx.spi.cluster.hazelcast.impl.HazelcastRegistrationInfo;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What is left of a cut when the parts of a cluster are one again; no self-check heals it here. */
final class MergeTest {
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  @Test
  void whatWasTakenOutTooLateOrCameBackIsPutRight() {
    List<String> all = new ArrayList<>(new TestCluster().settings());
    all.add("cluster.self-check=1h");
    String[] given = all.toArray(String[]::new);
    try (TestGateway late = TestGateway.start(given);
        TestGateway living = TestGateway.start(given)) {
      aNodeThatIsTakenOutThoughItIsThereHearsAgain(late, living);
      whatANodeHasTakenOutStaysOut(living);
    }
  }

  private static void aNodeThatIsTakenOutThoughItIsThereHearsAgain(
      TestGateway late, TestGateway living) {
    BridgeListener listener = new BridgeListener(living).say("register", "public.news");
    awaitHeard(late, listener, "before");

    Cluster cluster = late.hazelcast().getCluster();
    Member member = living.hazelcast().getCluster().getLocalMember();
    membership(late)
        .memberRemoved(
            new MembershipEvent(
                cluster, member, MembershipEvent.MEMBER_REMOVED, cluster.getMembers()));

    awaitHeard(late, listener, "after");
    listener.close();
  }

  private static void whatANodeHasTakenOutStaysOut(TestGateway node) {
    Membership membership = membership(node);
    MultiMap<String, HazelcastRegistrationInfo> all = node.hazelcast().getMultiMap("__vertx.subs");
    all.put(
        "public.stale",
        new HazelcastRegistrationInfo(new RegistrationInfo(membership.getNodeId(), 7, false)));

    membership.stateChanged(new LifecycleEvent(LifecycleState.MERGED));

    await().atMost(PATIENCE).until(() -> all.get("public.stale").isEmpty());
    assertThat(membership.registrationCount()).isPositive();
  }

  private static Membership membership(TestGateway node) {
    return (Membership) ((VertxInternal) node.vertx()).clusterManager();
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
