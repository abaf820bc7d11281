package io.busbar.hub;

import java.util.concurrent.atomic.AtomicLong;

/**
 * The memory for what compressed messages of clients may refer back to (RFC 7692, 7.2.3.2). A
 * client's window is reserved whole for as long as it is connected, so the bound holds, whatever
 * clients send. Any thread may use it.
 */
public final class WindowBudget {
  /** Of a window that is asked to be smaller because little room is left. */
  private static final int SMALL_BITS = 11;

  private static final int SMALLEST_BITS = 9;

  private final long most;
  private final AtomicLong reserved = new AtomicLong();

  WindowBudget(long most) {
    this.most = most;
  }

  /**
   * Reserves room for one client: what it wants while half is free, then less and less.
   *
   * @param wanted the window's size as a power of two
   * @param mayShrink whether the client takes a smaller one
   * @return the size that it may have, as a power of two; 0 where there is no room
   */
  public int reserve(int wanted, boolean mayShrink) {
    long before = reserved.get();
    while (true) {
      int bits = mayShrink ? Math.min(wanted, bits(before)) : wanted;
      if (before + (1L << bits) > most) {
        return 0;
      }
      long seen = reserved.compareAndExchange(before, before + (1L << bits));
      if (seen == before) {
        return bits;
      }
      before = seen;
    }
  }

  private int bits(long taken) {
    if (taken < most / 2) {
      return Integer.SIZE - 1;
    }
    return taken < most / 8 * 7 ? SMALL_BITS : SMALLEST_BITS;
  }

  /**
   * The client is gone.
   *
   * @param bytes of its window
   */
  public void release(int bytes) {
    reserved.addAndGet(-bytes);
  }

  /** Bytes that are reserved now. */
  public long bytes() {
    return reserved.get();
  }
}
