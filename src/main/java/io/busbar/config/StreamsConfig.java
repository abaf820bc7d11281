package io.busbar.config;

/**
 * Streams: the channels whose rule has a history.
 *
 * @param totalSize bytes of all streams that live on this node; 0 is an eighth of the heap, in a
 *     cluster a sixteenth, where each message is in Hazelcast, too
 * @param count streams that live on a node at once
 * @param userCount of these, how many one user began, or one address of those who are nobody
 * @param store where they are kept
 */
public record StreamsConfig(Size totalSize, int count, int userCount, Store store) {
  private static final int SHARE_OF_A_HEAP = 8;
  private static final int SHARE_OF_A_HEAP_IN_A_CLUSTER = 16;

  public StreamsConfig {
    Checks.between("total-size", totalSize, 0, 1L << 40);
    Checks.between("count", count, 1, 10_000_000);
    Checks.between("user-count", userCount, 1, 10_000_000);
  }

  static StreamsConfig defaults() {
    return new StreamsConfig(new Size(0), 10_000, 1_000, Store.MEMORY);
  }

  /**
   * Bytes that all streams of a node may have.
   *
   * @param heap of the node
   */
  public long totalBytes(long heap, boolean clustered) {
    return totalSize.bytes() > 0
        ? totalSize.bytes()
        : heap / (clustered ? SHARE_OF_A_HEAP_IN_A_CLUSTER : SHARE_OF_A_HEAP);
  }

  /** Where streams are kept. */
  public enum Store {
    /** In memory: gone with the node where that runs alone. A cluster keeps each on two nodes. */
    MEMORY,
    /** On disk, for a node alone. */
    DISK
  }
}
