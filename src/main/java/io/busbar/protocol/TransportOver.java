package io.busbar.protocol;

import io.busbar.hub.Disconnect;
import io.busbar.hub.Framing;
import io.busbar.hub.Transport;
import io.netty.buffer.ByteBuf;

/**
 * A transport that passes every call on to another one; subclasses override some. Owned by the
 * event loop of the other.
 */
public abstract class TransportOver implements Transport {
  private final Transport under;

  protected TransportOver(Transport under) {
    this.under = under;
  }

  @Override
  public Framing framing() {
    return under.framing();
  }

  @Override
  public String remoteAddress() {
    return under.remoteAddress();
  }

  @Override
  public boolean writable() {
    return under.writable();
  }

  @Override
  public void writableHandler(Runnable handler) {
    under.writableHandler(handler);
  }

  @Override
  public void write(ByteBuf framed) {
    under.write(framed);
  }

  @Override
  public void flush() {
    under.flush();
  }

  @Override
  public void close(Disconnect why) {
    under.close(why);
  }

  @Override
  public void pause() {
    under.pause();
  }

  @Override
  public void resume() {
    under.resume();
  }

  @Override
  public void tick(long nowMillis) {
    under.tick(nowMillis);
  }

  @Override
  public void expectLifeEvery(long millis) {
    under.expectLifeEvery(millis);
  }
}
