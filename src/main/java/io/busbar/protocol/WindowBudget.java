package io.busbar.protocol;

import java.util.concurrent.atomic.AtomicLong;

/**
 * The budget for the memory that compressed messages of clients may refer to (RFC 7692, 7.2.3.2).
 * The full window of a client is reserved while it is connected, so the limit always holds. Any
 * thread may use it.
 */
final class WindowBudget {
  /** Size of a smaller window when little room is left, as a power of two. */
  private static final int SMALL_BITS = 11;

  private static final int SMALLEST_BITS = 9;

  private final long most;
  private final AtomicLong reserved = new AtomicLong();

  WindowBudget(long most) {
    this.most = most;
  }

  /**
   * Reserves the window of one client: the wanted size while half is free, later smaller sizes.
   *
   * @param wanted size of the window as a power of two
   * @param mayShrink whether the client accepts a smaller one
   * @return the reserved size as a power of two; 0 where there is no room
   */
  int reserve(int wanted, boolean mayShrink) {
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
   * Releases the window of a client that is gone.
   *
   * @param bytes size of its window in bytes
   */
  void release(int bytes) {
    reserved.addAndGet(-bytes);
  }

  /** Returns the number of bytes reserved now. */
  long bytes() {
    return reserved.get();
  }
}
