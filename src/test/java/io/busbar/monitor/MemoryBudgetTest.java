package io.busbar.monitor;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** Tests what a node logs about its memory when it starts. */
final class MemoryBudgetTest {
  private static final long MIB = 1L << 20;

  private static MemoryBudget budget(long heap, long direct, long otherNode) {
    return budget(heap, direct, 0, otherNode);
  }

  private static MemoryBudget budget(long heap, long direct, long streams, long otherNode) {
    return new MemoryBudget(
        heap * MIB,
        direct * MIB,
        32 * MIB,
        64 * MIB,
        streams * MIB,
        128 * MIB,
        16 * MIB,
        otherNode * MIB);
  }

  @Test
  void oneLineListsMemoryAndItsLimits() {
    assertThat(budget(512, 256, 0))
        .hasToString(
            "memory: heap 512 MiB, direct 256 MiB; of these at most 32 MiB for what clients have"
                + " begun to send, 64 MiB for queues, 128 MiB for clients that read slowly,"
                + " 16 MiB for transactions");
    assertThat(budget(512, 256, 16, 0).toString())
        .contains(" for queues, 16 MiB for streams, 128 MiB for clients");
    assertThat(budget(512, 256, 32).toString()).endsWith(", 32 MiB for each other node");
    assertThat(budget(512, 256, 0).lack()).isNull();
  }

  @Test
  void tooLittleMemoryIsReported() {
    assertThat(budget(256, 256, 0).lack())
        .startsWith("too little memory: the limits need 304 MiB of heap and there are 256 MiB (");
    assertThat(budget(512, 64, 32).lack())
        .startsWith(
            "too little memory: the limits need 80 MiB of direct memory and there are 64 MiB (");
    assertThat(budget(64, 16, 0).lack()).contains(" of heap ", " of direct memory ");
  }
}
