package io.busbar.protocol;

import java.util.function.Consumer;

/** A connection of a test client that carries whole text messages. */
public interface MessagePipe extends AutoCloseable {
  /** Stands for a goodbye's code where none can be said. */
  int NO_CODE = 0;

  /** Where messages go; called once, before any message comes. */
  void receiver(Consumer<String> receiver);

  void send(String message);

  void stopReading();

  void readAgain();

  /** Cuts the connection without a goodbye. */
  void die();

  /** What a client is told of that code of a goodbye. */
  default int told(int code) {
    return code;
  }

  /** The code of the server's goodbye; waits for it. */
  int goodbye();

  @Override
  void close();
}
