package io.busbar.protocol.stomp;

import io.busbar.hub.Disconnect;
import io.busbar.protocol.OpenAnswers;
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
  private Map<Frame, Commit> commits = Map.of();
  private final OpenAnswers underWay = new OpenAnswers();
  private final OpenAnswers questions = new OpenAnswers();

  StompWork(StompSession session) {
    this.session = session;
  }

  /** Work began that a frame asked for. */
  void begins() {
    underWay.begins();
  }

  /** A transaction is to be done: it is when each of its frames is. */
  void begins(Frame commit, List<Frame> frames) {
    underWay.begins();
    commits = commits.isEmpty() ? new HashMap<>() : commits;
    Commit waiting = new Commit(commit, frames.size());
    frames.forEach(frame -> commits.put(frame, waiting));
  }

  /** It is done: says so to a client that asked for a receipt. */
  void ends(Frame frame) {
    session.confirm(frame);
    Commit commit = commits.isEmpty() ? null : commits.remove(frame);
    if (commit != null && --commit.left == 0) {
      ends(commit.frame);
    }
    underWay.ends();
  }

  /** It could not be done: the connection ends with these words. */
  void fails(Frame frame, String words) {
    session.fail(frame.getReceipt(), Disconnect.PROTOCOL_ERROR, words);
    underWay.ends();
  }

  /** Will run the task once nothing is under way any more. */
  void whenIdle(Runnable task) {
    underWay.whenNone(task);
  }

  /** The client asked a question: that there is an answer is no matter of a receipt. */
  void asks() {
    questions.begins();
  }

  void answered() {
    questions.ends();
  }

  int questionsOpen() {
    return questions.count();
  }

  /** Will run the task once nothing is under way, and each question has its answer. */
  void whenAnswered(Runnable task) {
    underWay.whenNone(() -> questions.whenNone(task));
  }

  /** The client logs in: nothing else is done until then. */
  void logsIn() {
    underWay.begins();
  }

  void loggedIn() {
    underWay.ends();
  }
}
