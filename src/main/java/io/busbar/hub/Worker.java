package io.busbar.hub;

/** A client that answers requests, as their pool sees it. Owned by the pool's loop. */
final class Worker {
  private final Subscription subscription;
  private int unanswered;
  private boolean gone;
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

  /** It takes nothing more: its session has ended, or its subscription has. */
  void goes() {
    gone = true;
  }

  /** Whether it is not known to be alive: it has let the time of a request pass. */
  void doubted(boolean now) {
    doubted = now;
  }

  boolean hasRoom(int concurrency) {
    return !gone && !doubted && unanswered < concurrency;
  }
}
