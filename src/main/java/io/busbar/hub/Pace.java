package io.busbar.hub;

import io.vertx.core.Future;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * How far a client may be ahead of the deliveries of what it says. After so many messages a marker
 * follows them through all event loops of the node; while too many markers are under way the client
 * is read no further. Owned by the session's event loop.
 */
final class Pace {
  private static final int MESSAGES_A_MARKER = 64;
  private static final int MOST_MARKERS = 4;
  private static final int MOST_KEEPING = 256;

  private final Session session;
  private final List<Future<Void>> keeping = new ArrayList<>(0);
  private boolean notKept;
  private int messages;
  private int underWay;

  Pace(Session session) {
    this.session = session;
  }

  /** A message went on the bus, for an address of that home. */
  void said(Loop home, List<Loop> loops) {
    if (++messages < MESSAGES_A_MARKER) {
      return;
    }
    messages = 0;
    if (++underWay == MOST_MARKERS) {
      session.holdBack();
    }
    AtomicInteger left = new AtomicInteger(loops.size());
    // Behind the bus's own tasks, as which the messages came; a post could be in front of them.
    home.eventLoop().execute(() -> loops.forEach(loop -> loop.post(() -> passed(left))));
  }

  /** A message was published on a stream, and is kept when that completes. */
  void keeping(Future<Void> kept) {
    forgetKept();
    keeping.add(kept);
    if (keeping.size() == MOST_KEEPING) {
      session.holdBack();
      Future.join(List.copyOf(keeping)).onComplete(all -> session.loop().post(session::readOn));
    }
  }

  /** Completes when all is kept that was published so far, on the session's loop. */
  Future<Void> whenKept() {
    forgetKept();
    List<Future<Void>> all = new ArrayList<>(keeping);
    // Who asks now is told of these, and nobody after that.
    keeping.replaceAll(Future::otherwiseEmpty);
    if (notKept) {
      notKept = false;
      all.add(Future.failedFuture("not all was kept"));
    }
    return all.isEmpty() ? Future.succeededFuture() : session.here(Future.join(all).mapEmpty());
  }

  private void forgetKept() {
    notKept |= keeping.stream().anyMatch(Future::failed);
    keeping.removeIf(Future::isComplete);
  }

  /** Will run the task when all that went on the bus so far was delivered on this node. */
  void whenPassed(List<Loop> loops, Runnable task) {
    AtomicInteger left = new AtomicInteger(loops.size());
    Runnable passed =
        () -> {
          if (left.decrementAndGet() == 0) {
            task.run();
          }
        };
    loops.forEach(home -> home.eventLoop().execute(() -> session.loop().post(passed)));
  }

  private void passed(AtomicInteger left) {
    if (left.decrementAndGet() == 0) {
      session.loop().post(this::arrived);
    }
  }

  private void arrived() {
    if (underWay-- == MOST_MARKERS) {
      session.readOn();
    }
  }
}
