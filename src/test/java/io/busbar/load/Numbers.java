package io.busbar.load;

import java.util.concurrent.atomic.AtomicLong;

/**
 * Finds the numbers in messages, {@code ~12~}, across any frames, and counts them. Written by one
 * thread; any thread may read.
 */
public final class Numbers {
  private final AtomicLong count = new AtomicLong();
  private volatile long last = -1;
  private volatile boolean disordered;
  private boolean inside;
  private long number;

  /** The text of a number in a message, with padding after it. */
  public static String mark(long number, int padding) {
    return "~" + number + "~" + "x".repeat(padding);
  }

  void hear(byte[] bytes) {
    for (byte octet : bytes) {
      if (octet == '~') {
        if (inside && number >= 0) {
          take(number);
          inside = false;
        } else {
          inside = true;
        }
        number = -1;
      } else if (inside && octet >= '0' && octet <= '9') {
        number = Math.max(number, 0) * 10 + octet - '0';
      } else {
        inside = false;
      }
    }
  }

  private void take(long received) {
    disordered |= received <= last;
    last = received;
    count.incrementAndGet();
  }

  /** The number of numbers so far. */
  public long count() {
    return count.get();
  }

  /** The newest number; -1 before the first. */
  public long last() {
    return last;
  }

  /** Whether each number was larger than the one before it. */
  public boolean ascend() {
    return !disordered;
  }
}
