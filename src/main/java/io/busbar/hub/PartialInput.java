package io.busbar.hub;

import io.busbar.hub.InboundBudget.Reason;
import io.netty.util.concurrent.EventExecutor;
import java.net.InetAddress;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * What one holder (a decoder, a body) has of a thing that is not whole yet. Its holder tells it
 * after each read that left something over, on its event loop; any thread may end it.
 */
public final class PartialInput {
  private static final int ENDED = -1;

  /** Who has the bytes. Called on its event loop. */
  public interface Holder {
    /** Will let go of the bytes at once, and end the connection in its protocol's own way. */
    void giveUp(Reason why);

    /** Whether it is us who do not read on, so that nothing can come. */
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
      InetAddress address,
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
   * Says what is held now.
   *
   * @param bytes of memory; 0 when all is whole
   * @param newlyReceived bytes of the thing that have come: when they change, it does not stand
   *     still
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

  /** The holder is gone. */
  public void close() {
    if (!closed) {
      closed = true;
      holds(0, 0);
      budget.leave(address, share);
    }
  }

  /** Ends it, unless it is whole or ended already. */
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

  /** As logs name it. */
  @Override
  public String toString() {
    return address == null ? "somewhere" : address.getHostAddress();
  }
}
