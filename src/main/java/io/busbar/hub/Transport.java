package io.busbar.hub;

import io.netty.buffer.ByteBuf;

/** A connection that the hub writes bytes to. Used only on its own event loop. */
public interface Transport {
  Framing framing();

  /** Returns the client's host; empty where it is not known. */
  default String remoteAddress() {
    return "";
  }

  /** Returns whether a write would go out without waiting in memory. */
  boolean writable();

  /** Sets the handler that will run whenever the transport becomes writable again. */
  void writableHandler(Runnable handler);

  /** Writes the buffer and takes its ownership; {@link #flush} sends it. */
  void write(ByteBuf framed);

  void flush();

  /** Will close the connection in the transport's own way, after all that was written. */
  void close(Disconnect why);

  /** Stops reading from the client. */
  void pause();

  void resume();

  /** Called about once a second, for pings and time-outs. */
  void tick(long nowMillis);

  /**
   * Tells the transport that the client was silent for this long, so that it can check the
   * connection.
   */
  default void expectLifeEvery(long millis) {}
}
