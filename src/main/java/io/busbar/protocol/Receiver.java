package io.busbar.protocol;

import io.vertx.core.buffer.Buffer;

/** Takes what one client sends, in order, on the event loop of its transport. */
public interface Receiver {
  /** A text message. */
  void text(String message);

  /** A binary message. */
  void binary(Buffer message);

  /**
   * The client says nothing more that counts. Will run the task when what it said before has been
   * answered, and the answers were written.
   */
  default void whenAnswered(Runnable task) {
    task.run();
  }

  /** The connection is gone, by whomever; called once, nothing comes after. */
  void closed();
}
