package io.busbar.hub;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.util.ArrayDeque;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * The limit on how far a client may be ahead of the delivery of its messages. After some messages a
 * marker follows them through all event loops of the node. While too many markers are under way,
 * the client is not read. Owned by the session's event loop.
 */
final class Backpressure {
  private static final int MESSAGES_A_MARKER = 64;
  private static final int MOST_MARKERS = 4;
  private static final int MOST_KEEPING = 256;

  /**
   * The messages that were published between two questions whether all are stored. Owned by the
   * session's event loop.
   */
  private static final class Published {
    @SuppressWarnings("NullAway.Init") // set when it is asked about
    private Promise<Void> kept;

    private int open;
    private boolean failed;

    private Future<Void> outcome() {
      return failed ? Future.failedFuture("not all was kept") : Future.succeededFuture();
    }
  }

  private final Session session;

  /** Questions that are not answered yet, in their order. */
  private final ArrayDeque<Published> asked = new ArrayDeque<>(0);

  private Published published = new Published();
  private int keeping;
  private boolean tooMuchToKeep;
  private int messages;
  private int underWay;

  Backpressure(Session session) {
    this.session = session;
  }

  /** Notes that a message went on the bus, for an address with that home loop. */
  void said(Loop home, List<Loop> loops) {
    if (++messages < MESSAGES_A_MARKER) {
      return;
    }
    messages = 0;
    if (++underWay == MOST_MARKERS) {
      session.holdBack();
    }
    AtomicInteger left = new AtomicInteger(loops.size());
    // The bus delivers messages as tasks of the event loop; a post could overtake them.
    home.eventLoop().execute(() -> loops.forEach(loop -> loop.post(() -> passed(left))));
  }

  /** Notes that a message was published on a stream; it is stored when the future completes. */
  void keeping(Future<Void> kept) {
    if (kept.isComplete()) {
      published.failed |= kept.failed();
      return;
    }
    Published with = published;
    with.open++;
    if (++keeping >= MOST_KEEPING && !tooMuchToKeep) {
      tooMuchToKeep = true;
      session.holdBack();
    }
    kept.onComplete(done -> session.loop().post(() -> kept(with, done.failed())));
  }

  private void kept(Published with, boolean failed) {
    with.open--;
    with.failed |= failed;
    if (--keeping <= MOST_KEEPING / 2 && tooMuchToKeep) {
      tooMuchToKeep = false;
      session.readOn();
    }
    notifyWaiting();
  }

  private void notifyWaiting() {
    while (!asked.isEmpty() && asked.peek().open == 0) {
      Published first = asked.poll();
      first.outcome().onComplete(first.kept);
    }
  }

  /**
   * Completes on the session's loop when all messages published so far are stored. It fails for
   * failures since the previous question; that one has reported the earlier failures.
   */
  Future<Void> whenKept() {
    Published now = published;
    if (asked.isEmpty() && now.open == 0) {
      Future<Void> outcome = now.outcome();
      now.failed = false;
      return outcome;
    }
    published = new Published();
    now.kept = Promise.promise();
    asked.add(now);
    return now.kept.future();
  }

  /**
   * Will run the task when all messages that went on the bus so far were delivered on this node.
   */
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
