package io.busbar.hub;

import java.util.concurrent.atomic.LongAdder;

/** The counters of presence on the node that owns a channel. Any thread may use it. */
public final class PresenceCounters {
  private final LongAdder members = new LongAdder();
  private final LongAdder joins = new LongAdder();
  private final LongAdder leaves = new LongAdder();

  /** Adds to the number of present users that was told; a negative number means fewer users. */
  public void members(int change) {
    members.add(change);
  }

  public void joined() {
    joins.increment();
  }

  public void left() {
    leaves.increment();
  }

  /**
   * Returns the number of users in channels that this node owns; a user counts once in each
   * channel.
   */
  public long memberCount() {
    return members.sum();
  }

  /** Returns the number of joins that this node has told. */
  public long joinCount() {
    return joins.sum();
  }

  /** Returns the number of leaves that this node has told. */
  public long leaveCount() {
    return leaves.sum();
  }
}
