package io.busbar.protocol;

import java.util.function.Consumer;

/** A connection of a test client that carries whole text messages. */
public interface MessagePipe extends AutoCloseable {
  /** Where messages go; called once, before any message comes. */
  void receiver(Consumer<String> receiver);

  void send(String message);

  void stopReading();

  void readAgain();

  /** Cuts the connection without a goodbye. */
  void die();

  /** The code of the server's goodbye; waits for it. */
  int goodbye();

  @Override
  void close();
}
