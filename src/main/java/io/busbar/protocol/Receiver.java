package io.busbar.protocol;

import io.vertx.core.buffer.Buffer;

/** The receiver of one client's messages, in order. Called on the event loop of its transport. */
public interface Receiver {
  /** Handles a text message. */
  void text(String message);

  /** Handles a binary message. */
  void binary(Buffer message);

  /**
   * Called when later messages of the client do not count any more. Will run the task when the
   * earlier ones have been answered, and the answers were written.
   */
  default void whenAnswered(Runnable task) {
    task.run();
  }

  /** Called once when the connection has ended, for any reason; no call follows. */
  void closed();
}
