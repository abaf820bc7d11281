package io.busbar.protocol;

import io.busbar.hub.Disconnect;
import io.busbar.hub.Framing;
import io.busbar.hub.Session;
import io.busbar.hub.Transport;
import io.netty.buffer.ByteBuf;
import java.util.function.Consumer;

/**
 * The session of those who post from one network as one user, and what stands in for its transport:
 * nothing can be written to it. Owned by its event loop.
 */
public final class Poster implements Transport {
  private static final long IDLE_MILLIS = 10_000;

  private final String remoteAddress;
  private final Consumer<Poster> gone;
  @SuppressWarnings("NullAway.Init") // it belongs to one before anybody sees it
  private Session session;
  private long lastUsed = System.currentTimeMillis();
  private int open;
  private boolean heldBack;

  /**
   * @param gone will be told when it has been idle for a while
   */
  Poster(String remoteAddress, Consumer<Poster> gone) {
    this.remoteAddress = remoteAddress;
    this.gone = gone;
  }

  void belongTo(Session itsSession) {
    session = itsSession;
  }

  public Session session() {
    return session;
  }

  /** A question was asked. */
  public void begins() {
    open++;
  }

  /** It was answered. */
  public void ends() {
    open--;
    used();
  }

  /** Questions that are not answered yet. */
  public int open() {
    return open;
  }

  void used() {
    lastUsed = System.currentTimeMillis();
  }

  /** Whether it has said more bytes than it may. */
  public boolean isHeldBack() {
    return heldBack;
  }

  @Override
  public void tick(long nowMillis) {
    if (open == 0 && nowMillis - lastUsed > IDLE_MILLIS) {
      gone.accept(this);
    }
  }

  @Override
  public String remoteAddress() {
    return remoteAddress;
  }

  @Override
  public void pause() {
    heldBack = true;
  }

  @Override
  public void resume() {
    heldBack = false;
  }

  @Override
  public void close(Disconnect why) {
    gone.accept(this);
  }

  @Override
  public Framing framing() {
    return StreamFraming.INSTANCE;
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
}
