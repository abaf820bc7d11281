package io.busbar.hub;

import java.util.concurrent.atomic.LongAdder;

/**
 * What one protocol's clients are and do. Any thread may add; sessions hold it, so none looks up.
 */
final class ProtocolCounters {
  private final LongAdder sessions = new LongAdder();
  private final LongAdder received = new LongAdder();
  private final LongAdder delivered = new LongAdder();

  void sessions(int change) {
    sessions.add(change);
  }

  void received() {
    received.increment();
  }

  void delivered(long count) {
    delivered.add(count);
  }

  long sessionCount() {
    return sessions.sum();
  }

  long receivedCount() {
    return received.sum();
  }

  long deliveredCount() {
    return delivered.sum();
  }
}
