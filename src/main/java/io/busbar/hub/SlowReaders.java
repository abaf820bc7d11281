package io.busbar.hub;

import java.util.HashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The sessions of one event loop with waiting messages, and the loop's share of the bytes that may
 * wait on the node. A session whose socket takes all at once is not here. Owned by the event loop.
 */
final class SlowReaders {
  private final long share;
  private final Set<Outbox> outboxes = new HashSet<>();
  private long bytes;

  /**
   * @param share limit of the bytes that wait for all sessions of the loop together
   */
  SlowReaders(long share) {
    this.share = share;
  }

  void add(Outbox outbox) {
    outboxes.add(outbox);
  }

  void remove(Outbox outbox) {
    outboxes.remove(outbox);
  }

  void account(long change) {
    bytes += change;
  }

  /**
   * Makes room: the session with the most waiting bytes loses messages first. Returns whether there
   * is room now.
   */
  boolean makeRoom(long wanted) {
    while (bytes + wanted > share) {
      Outbox largest = largest();
      if (largest == null) {
        return false;
      }
      largest.giveWay();
    }
    return true;
  }

  private @Nullable Outbox largest() {
    Outbox largest = null;
    for (Outbox outbox : outboxes) {
      if (largest == null || outbox.waitingBytes() > largest.waitingBytes()) {
        largest = outbox;
      }
    }
    return largest;
  }
}
