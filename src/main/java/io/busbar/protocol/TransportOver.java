package io.busbar.protocol;

import io.busbar.hub.Disconnect;
import io.busbar.hub.Framing;
import io.busbar.hub.Transport;
import io.netty.buffer.ByteBuf;

/** A transport that is another one, but for what it says otherwise. Owned by the other's loop. */
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
