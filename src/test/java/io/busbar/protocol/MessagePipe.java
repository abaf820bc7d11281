package io.busbar.protocol;

import java.util.function.Consumer;

/**
 * A connection of a test client for complete text messages. Used by the test's thread; the receiver
 * runs on the connection's thread.
 */
public interface MessagePipe extends AutoCloseable {
  /** Stands for the close code where the protocol has none. */
  int NO_CODE = 0;

  /** Sets the receiver; called once, before any message comes. */
  void receiver(Consumer<String> receiver);

  void send(String message);

  void stopReading();

  void readAgain();

  /** Cuts the connection without a close. */
  void die();

  /** Returns the close code as a client sees it. */
  default int closeCodeFor(int code) {
    return code;
  }

  /** Waits for the server's close; returns its code. */
  int closeCode();

  @Override
  void close();
}
