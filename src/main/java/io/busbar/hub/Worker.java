package io.busbar.hub;

/** A client that answers requests, in the view of its pool. Owned by the pool's loop. */
final class Worker {
  private final Subscription subscription;
  private int unanswered;
  private boolean left;
  private boolean doubted;

  Worker(Subscription subscription) {
    this.subscription = subscription;
  }

  Subscription subscription() {
    return subscription;
  }

  int unanswered() {
    return unanswered;
  }

  void unanswered(int change) {
    unanswered += change;
  }

  /** Marks that it takes no more requests, because its session or subscription has ended. */
  void goes() {
    left = true;
  }

  /** Sets whether it may hang, because it did not answer a request in time. */
  void doubted(boolean now) {
    doubted = now;
  }

  boolean hasRoom(int concurrency) {
    return !left && !doubted && unanswered < concurrency;
  }
}
