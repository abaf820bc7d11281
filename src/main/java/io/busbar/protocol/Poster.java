package io.busbar.protocol;

import io.busbar.hub.Disconnect;
import io.busbar.hub.Framing;
import io.busbar.hub.Session;
import io.busbar.hub.Transport;
import io.netty.buffer.ByteBuf;
import java.util.function.Consumer;

/**
 * The session of the clients that post from one network as one user, and its transport. Nothing can
 * be written to it. Owned by its event loop.
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
   * @param gone called when it was idle for a while
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

  /** Notes a request. */
  public void begins() {
    open++;
  }

  /** Notes the answer to a request. */
  public void ends() {
    open--;
    used();
  }

  /** Returns the number of requests that are not answered yet. */
  public int open() {
    return open;
  }

  void used() {
    lastUsed = System.currentTimeMillis();
  }

  /** Returns whether the hub has stopped reading from these clients. */
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
