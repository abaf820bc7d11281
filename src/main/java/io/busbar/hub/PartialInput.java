package io.busbar.hub;

import io.busbar.hub.InboundBudget.Reason;
import io.netty.util.concurrent.EventExecutor;
import java.net.InetAddress;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * The incomplete input of one holder, for example a decoder or a body. The holder reports after
 * each read that left bytes over, on its event loop. Any thread may end it.
 */
public final class PartialInput {
  private static final int ENDED = -1;

  /** The holder of the bytes. Called on its event loop. */
  public interface Holder {
    /** Drops the bytes at once, and ends the connection in the way of its protocol. */
    void giveUp(Reason why);

    /** Returns whether the gateway itself has stopped reading, so that no bytes can come. */
    boolean isHeldBack();
  }

  private final InboundBudget budget;
  private final long id;
  private final @Nullable InetAddress address;
  private final @Nullable InboundShare share;
  private final EventExecutor loop;
  private final Holder holder;
  private final AtomicInteger held = new AtomicInteger();
  private int received;
  private boolean closed;
  private volatile long movedNanos = System.nanoTime();

  PartialInput(
      InboundBudget budget,
      long id,
      @Nullable InetAddress address,
      @Nullable InboundShare share,
      EventExecutor loop,
      Holder holder) {
    this.budget = budget;
    this.id = id;
    this.address = address;
    this.share = share;
    this.loop = loop;
    this.holder = holder;
  }

  long id() {
    return id;
  }

  boolean isEnded() {
    return held.get() == ENDED;
  }

  /**
   * Reports the bytes that are held now.
   *
   * @param bytes held memory in bytes; 0 when the input is complete
   * @param newlyReceived number of bytes received so far; a change shows that the input moves
   */
  public void holds(int bytes, int newlyReceived) {
    if (newlyReceived != received) {
      received = newlyReceived;
      movedNanos = System.nanoTime();
    }
    int before = held.get();
    if (bytes != before && before != ENDED && held.compareAndSet(before, bytes)) {
      budget.change(this, share, before, bytes);
    }
  }

  /** Ends the counting, because the holder is gone. */
  public void close() {
    if (!closed) {
      closed = true;
      holds(0, 0);
      budget.leave(address, share);
    }
  }

  /** Ends the input, unless it is complete or was ended before. */
  void end(Reason why) {
    int had = held.get();
    while (had > 0 && !held.compareAndSet(had, ENDED)) {
      had = held.get();
    }
    if (had > 0) {
      budget.change(this, share, had, 0);
      budget.ended(this, had, why);
      loop.execute(() -> holder.giveUp(why));
    }
  }

  void endIfStill(long nanos) {
    if (isStill(nanos)) {
      loop.execute(
          () -> {
            if (holder.isHeldBack()) {
              movedNanos = System.nanoTime();
            } else if (isStill(nanos)) {
              end(Reason.TIME);
            }
          });
    }
  }

  private boolean isStill(long nanos) {
    return System.nanoTime() - movedNanos > nanos;
  }

  /** Returns the name for the log. */
  @Override
  public String toString() {
    return address == null ? "somewhere" : address.getHostAddress();
  }
}
