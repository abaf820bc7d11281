package io.busbar.hub;

import java.util.concurrent.atomic.LongAdder;

/** What is counted of presence, on the node that owns the channel. Any thread may add. */
public final class PresenceCounters {
  private final LongAdder members = new LongAdder();
  private final LongAdder joins = new LongAdder();
  private final LongAdder leaves = new LongAdder();

  /** So many more users are here as their channels' owner has told, or fewer. */
  public void members(int change) {
    members.add(change);
  }

  public void joined() {
    joins.increment();
  }

  public void left() {
    leaves.increment();
  }

  /** Users in channels that this node owns, each channel counted for itself. */
  public long memberCount() {
    return members.sum();
  }

  /** Joins that this node has told. */
  public long joinCount() {
    return joins.sum();
  }

  /** Leaves that this node has told. */
  public long leaveCount() {
    return leaves.sum();
  }
}
