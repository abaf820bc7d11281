package io.busbar.protocol.pusher;

/**
 * The reports to webhooks about the subscribers of one channel: each change, but for a large
 * channel only every five seconds. Owned by the event loop of the channel's address.
 */
final class CountReport {
  private final CountReports all;
  private final PusherApp app;
  private final String address;
  private volatile int count;
  private int reportedCount;
  private boolean waiting;

  CountReport(CountReports all, PusherApp app, String address) {
    this.all = all;
    this.app = app;
    this.address = address;
  }

  boolean isOf(PusherApp other) {
    return app == other;
  }

  /** Returns the last count. Any thread may call it. */
  int count() {
    return count;
  }

  void counted(int now) {
    count = now;
    if (!waiting) {
      report();
    }
  }

  private void report() {
    if (count != reportedCount) {
      reportedCount = count;
      all.report(app, address, count);
      if (count > SubscriptionCount.MANY) {
        waiting = true;
        all.vertx().setTimer(SubscriptionCount.LATER_MILLIS, id -> goOn());
      }
    }
    if (count == 0) {
      all.forget(address);
    }
  }

  private void goOn() {
    waiting = false;
    report();
  }
}
