package io.busbar.config;

/**
 * The configuration of streams: the channels whose rule has a history.
 *
 * @param totalSize bytes of all streams that live on this node; 0 for an eighth of the heap. In a
 *     cluster it is a sixteenth, because each message is in Hazelcast, too
 * @param count number of streams that live on a node at once
 * @param userCount number of these that one user, or one address of clients without a login,
 *     created
 * @param store place where streams are stored
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
   * Returns the limit of the bytes of all streams of a node.
   *
   * @param heap size of the node's heap in bytes
   */
  public long totalBytes(long heap, boolean clustered) {
    return totalSize.bytes() > 0
        ? totalSize.bytes()
        : heap / (clustered ? SHARE_OF_A_HEAP_IN_A_CLUSTER : SHARE_OF_A_HEAP);
  }

  /** The place where streams are stored. */
  public enum Store {
    /** In memory: lost with the node, except in a cluster, where two nodes have each message. */
    MEMORY,
    /** On disk, for a node without a cluster. */
    DISK
  }
}
