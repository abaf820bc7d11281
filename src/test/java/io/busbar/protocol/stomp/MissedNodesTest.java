package io.busbar.protocol.stomp;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Set;
import org.junit.jupiter.api.Test;

/** Which nodes are remembered that are not there any more. */
final class MissedNodesTest {
  @Test
  void whoLeavesIsMissedUntilItIsBack() {
    Set<String> missed = HazelcastQueueHomes.missed(Set.of(), Set.of("a", "b"), Set.of("a"));
    assertThat(missed).containsExactly("b");
    assertThat(HazelcastQueueHomes.missed(missed, Set.of("a"), Set.of("a", "c")))
        .containsExactly("b");
    assertThat(HazelcastQueueHomes.missed(missed, Set.of("a"), Set.of("a", "b"))).isEmpty();
  }

  @Test
  void afterThousandOthersANodeIsForgotten() {
    Set<String> missed = Set.of();
    for (int i = 0; i <= 1_000; i++) {
      missed = HazelcastQueueHomes.missed(missed, Set.of("here", "node" + i), Set.of("here"));
    }
    assertThat(missed).hasSize(1_000).contains("node1", "node1000").doesNotContain("node0");
  }
}
