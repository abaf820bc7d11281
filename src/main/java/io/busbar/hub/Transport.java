package io.busbar.hub;

import io.netty.buffer.ByteBuf;

/** A connection as the hub sees it: a place for bytes. Used only from its own event loop. */
public interface Transport {
  Framing framing();

  /** The host that the client comes from; empty where that is not known. */
  default String remoteAddress() {
    return "";
  }

  /** Whether a write now would go out without piling up. */
  boolean writable();

  /** Will be called whenever the transport has become writable again. */
  void writableHandler(Runnable handler);

  /** Takes the buffer and writes it; {@link #flush} sends it. */
  void write(ByteBuf framed);

  void flush();

  /** Will say goodbye in its own way after what was written, and then be gone. */
  void close(Disconnect why);

  /** Stops reading from the client. */
  void pause();

  void resume();

  /** About once a second: time to ping and to give up. */
  void tick(long nowMillis);

  /** Lets the transport check on a client that was silent for this long; it may know better. */
  default void expectLifeEvery(long millis) {}
}
