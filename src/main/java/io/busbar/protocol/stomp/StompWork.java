package io.busbar.protocol.stomp;

import io.busbar.hub.Disconnect;
import io.vertx.ext.stomp.Frame;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * What one client's frames asked for and is not done yet: receipts wait for it, and so does the
 * goodbye. Owned by the session's event loop.
 */
final class StompWork {
  /** A COMMIT and how many of its frames are not done yet. */
  private static final class Commit {
    private final Frame frame;
    private int left;

    private Commit(Frame frame, int left) {
      this.frame = frame;
      this.left = left;
    }
  }

  private final StompSession session;
  private int underWay;
  private Map<Frame, Commit> commits = Map.of();
  private Runnable whenIdle;

  StompWork(StompSession session) {
    this.session = session;
  }

  /** Work began that a frame asked for. */
  void begins() {
    underWay++;
  }

  /** A transaction is to be done: it is when each of its frames is. */
  void begins(Frame commit, List<Frame> frames) {
    underWay++;
    commits = commits.isEmpty() ? new HashMap<>() : commits;
    Commit waiting = new Commit(commit, frames.size());
    frames.forEach(frame -> commits.put(frame, waiting));
  }

  /** It is done: says so to a client that asked for a receipt. */
  void ends(Frame frame) {
    underWay--;
    session.confirm(frame);
    Commit commit = commits.isEmpty() ? null : commits.remove(frame);
    if (commit != null && --commit.left == 0) {
      ends(commit.frame);
    }
    runIfIdle();
  }

  /** It could not be done: the connection ends with these words. */
  void fails(Frame frame, String words) {
    underWay--;
    session.fail(frame.getReceipt(), Disconnect.PROTOCOL_ERROR, words);
  }

  /** Will run the task once nothing is under way any more. */
  void whenIdle(Runnable task) {
    whenIdle = task;
    runIfIdle();
  }

  private void runIfIdle() {
    if (underWay == 0 && whenIdle != null) {
      Runnable task = whenIdle;
      whenIdle = null;
      task.run();
    }
  }
}
