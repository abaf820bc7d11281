package io.busbar.hub;

import java.util.concurrent.atomic.LongAdder;

/**
 * The counters of one protocol. Sessions keep a reference, so no lookup is needed. Any thread may
 * use it.
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
