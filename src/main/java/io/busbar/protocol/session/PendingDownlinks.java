package io.busbar.protocol.session;

import java.util.ArrayDeque;
import org.jspecify.annotations.Nullable;

/**
 * The downlinks that have come and are not served yet. Each waits until all is known about the one
 * before it. Owned by the session's loop.
 */
final class PendingDownlinks {
  /** The place that they wait for. */
  interface Place {
    /** Who waits for frames there, or has ended and may or may not have read; null for nobody. */
    @Nullable Downlink occupant();

    /** Whether the occupant waits for frames. */
    boolean isWaiting(Downlink occupant);

    /** Whether the occupant, who waits, was let go for this one. */
    boolean isYieldedTo(Downlink arrival);

    /** It is its turn. */
    void take(Downlink arrival);

    /** Will tell one that came while another waits that it shall not. */
    void refuse(Downlink arrival);

    /** The client has left that occupant, or arrival. */
    void left(Downlink downlink, WriteOutcome fate);

    /** Nobody comes any more. */
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

  /** The client has left it. */
  void remove(Downlink arrival) {
    waiting.remove(arrival);
  }

  /** Hands out all of them. */
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
      before.inspect(fate -> resolve(before, fate));
    }
  }

  private void resolve(Downlink before, WriteOutcome fate) {
    if (waiting.isEmpty()) {
      place.goOn();
      return;
    }
    if (fate != WriteOutcome.THERE) {
      place.left(before, fate);
    } else if (place.isWaiting(before)) {
      Downlink arrival = waiting.peek();
      if (!place.isYieldedTo(arrival)) {
        arrival.inspect(found -> refuse(arrival, found));
        return;
      }
    }
    next();
  }

  /** One that its client has left was on its way for longer than the one that came after it. */
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
