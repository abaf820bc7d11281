package io.busbar.protocol.stomp;

import io.busbar.hub.Disconnect;
import io.busbar.protocol.OpenAnswers;
import io.vertx.ext.stomp.Frame;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Counts what one client's frames started and what is not done yet. Receipts and the end of the
 * session wait for it. Owned by the session's event loop.
 */
final class StompWork {
  /** A COMMIT and the number of its frames that are not done yet. */
  private static final class Commit {
    private final Frame frame;
    private int left;

    private Commit(Frame frame, int left) {
      this.frame = frame;
      this.left = left;
    }
  }

  private final StompSession session;
  private Map<Frame, Commit> commits = Map.of();
  private final OpenAnswers underWay = new OpenAnswers();
  private final OpenAnswers questions = new OpenAnswers();

  StompWork(StompSession session) {
    this.session = session;
  }

  /** Notes that work for a frame has started. */
  void begins() {
    underWay.begins();
  }

  /** Notes that a COMMIT has started. It is done when each of its frames is done. */
  void begins(Frame commit, List<Frame> frames) {
    underWay.begins();
    commits = commits.isEmpty() ? new HashMap<>() : commits;
    Commit waiting = new Commit(commit, frames.size());
    frames.forEach(frame -> commits.put(frame, waiting));
  }

  /** Notes that the frame is done. Sends the receipt that it asks for, if any. */
  void ends(Frame frame) {
    session.confirm(frame);
    Commit commit = commits.isEmpty() ? null : commits.remove(frame);
    if (commit != null && --commit.left == 0) {
      ends(commit.frame);
    }
    underWay.ends();
  }

  /** Notes that the frame has failed. The connection ends with these words. */
  void fails(Frame frame, String words) {
    session.fail(frame.getReceipt(), Disconnect.PROTOCOL_ERROR, words);
    underWay.ends();
  }

  /** Will run the task once nothing is in progress. */
  void whenIdle(Runnable task) {
    underWay.whenNone(task);
  }

  /** Counts one more open question. No receipt waits for this count. */
  void asks() {
    questions.begins();
  }

  void answered() {
    questions.ends();
  }

  int questionsOpen() {
    return questions.count();
  }

  /** Will run the task once nothing is in progress and no question is open. */
  void whenAnswered(Runnable task) {
    underWay.whenNone(() -> questions.whenNone(task));
  }

  /** Notes that the login has started. {@link #whenIdle} waits for it. */
  void logsIn() {
    underWay.begins();
  }

  void loggedIn() {
    underWay.ends();
  }
}
