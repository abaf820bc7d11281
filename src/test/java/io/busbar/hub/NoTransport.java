package io.busbar.hub;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.util.List;

/** A transport that drops everything, for sessions without a client. Any thread may use it. */
public final class NoTransport implements Transport, Framing {
  @Override
  public Framing framing() {
    return this;
  }

  @Override
  public EncodedMessage prepare(EncodedMessage encoded) {
    return encoded;
  }

  @Override
  public ByteBuf join(List<EncodedMessage> prepared) {
    return Unpooled.EMPTY_BUFFER;
  }

  @Override
  public boolean writable() {
    return true;
  }

  @Override
  public void writableHandler(Runnable handler) {}

  @Override
  public void write(ByteBuf framed) {
    framed.release();
  }

  @Override
  public void flush() {}

  @Override
  public void close(Disconnect why) {}

  @Override
  public void pause() {}

  @Override
  public void resume() {}

  @Override
  public void tick(long nowMillis) {}
}
