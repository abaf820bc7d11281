package io.busbar.protocol.session;

import java.util.ArrayDeque;
import org.jspecify.annotations.Nullable;

/**
 * The downlinks that wait to be served. Each waits for the outcome of the previous one. Owned by
 * the session's event loop.
 */
final class PendingDownlinks {
  /** The place that they wait for. Used by the session's event loop. */
  interface Place {
    /** Returns the current downlink, or an ended one that may be unread; null for none. */
    @Nullable Downlink occupant();

    /** Returns whether the occupant waits for frames. */
    boolean isWaiting(Downlink occupant);

    /** Returns whether the waiting occupant was ended in favour of this downlink. */
    boolean isYieldedTo(Downlink arrival);

    /** Makes the downlink the occupant. */
    void take(Downlink arrival);

    /** Will refuse a downlink that came while another one waits. */
    void refuse(Downlink arrival);

    /** The client has left that downlink. */
    void left(Downlink downlink, WriteOutcome outcome);

    /** No downlink waits any more. */
    void goOn();
  }

  private final Place place;
  private final ArrayDeque<Downlink> waiting = new ArrayDeque<>(2);

  PendingDownlinks(Place place) {
    this.place = place;
  }

  boolean isEmpty() {
    return waiting.isEmpty();
  }

  void add(Downlink arrival) {
    waiting.add(arrival);
    if (waiting.size() == 1) {
      next();
    }
  }

  /** Removes a downlink that the client has left. */
  void remove(Downlink arrival) {
    waiting.remove(arrival);
  }

  /** Removes and returns all downlinks. */
  ArrayDeque<Downlink> abandon() {
    ArrayDeque<Downlink> stranded = new ArrayDeque<>(waiting);
    waiting.clear();
    return stranded;
  }

  private void next() {
    if (waiting.isEmpty()) {
      place.goOn();
      return;
    }
    Downlink before = place.occupant();
    if (before == null) {
      place.take(waiting.poll());
      next();
    } else {
      before.inspect(outcome -> resolve(before, outcome));
    }
  }

  private void resolve(Downlink before, WriteOutcome outcome) {
    if (waiting.isEmpty()) {
      place.goOn();
      return;
    }
    if (outcome != WriteOutcome.THERE) {
      place.left(before, outcome);
    } else if (place.isWaiting(before)) {
      Downlink arrival = waiting.peek();
      if (!place.isYieldedTo(arrival)) {
        arrival.inspect(found -> refuse(arrival, found));
        return;
      }
    }
    next();
  }

  /**
   * Refuses a downlink, unless its client has left it: then it was merely slower than the occupant.
   */
  private void refuse(Downlink arrival, WriteOutcome found) {
    if (waiting.peek() == arrival) {
      if (found == WriteOutcome.THERE) {
        place.refuse(waiting.poll());
      } else {
        place.left(arrival, found);
      }
    }
    next();
  }
}
