package io.busbar.auth;

import java.util.concurrent.locks.ReentrantLock;

/**
 * The delays against guessing. After some wrong logins of a key (an address or a user) each further
 * try has to wait, twice as long each time. The number of known keys is limited, and old ones are
 * dropped. Any thread may use it.
 */
final class Delays {
  static final long REFUSED = -1;

  private static final int FREE = 3;
  private static final long FIRST_MILLIS = 200;
  private static final long LONGEST_MILLIS = 5_000;
  private static final long MOST_WAIT_MILLIS = 10_000;
  private static final long FORGET_MILLIS = 600_000;

  /** The wrong logins of one key. Guarded by the lock. */
  private static final class Wrong {
    private int times;
    private long until;
    private long last;
  }

  private final ReentrantLock lock = new ReentrantLock();
  private final boolean inTurn;
  private final LruMap<Wrong> known = new LruMap<>();

  /**
   * @param inTurn whether simultaneous tries wait for each other; then too many are refused
   */
  Delays(boolean inTurn) {
    this.inTurn = inTurn;
  }

  /** Returns whether the key had a wrong login lately. */
  boolean hasFailed(String key, long now) {
    return times(key, now) > 0;
  }

  /** Returns whether the key's next try has to wait. */
  boolean isSlow(String key, long now) {
    return times(key, now) >= FREE;
  }

  private int times(String key, long now) {
    lock.lock();
    try {
      Wrong wrong = known.get(key);
      return wrong == null || wrong.last + FORGET_MILLIS < now ? 0 : wrong.times;
    } finally {
      lock.unlock();
    }
  }

  /**
   * Returns the wait before the key's next try in milliseconds; {@link #REFUSED} for too many
   * tries.
   */
  long before(String key, long now) {
    lock.lock();
    try {
      Wrong wrong = known.get(key);
      if (wrong == null || wrong.times < FREE) {
        return 0;
      }
      if (wrong.last + FORGET_MILLIS < now) {
        known.remove(key);
        return 0;
      }
      long delay = Math.min(LONGEST_MILLIS, FIRST_MILLIS << Math.min(20, wrong.times - FREE));
      long start = inTurn ? Math.max(now, wrong.until) : now;
      if (start + delay - now > MOST_WAIT_MILLIS) {
        return REFUSED;
      }
      wrong.until = start + delay;
      return wrong.until - now;
    } finally {
      lock.unlock();
    }
  }

  void wrong(String key, long now) {
    lock.lock();
    try {
      Wrong wrong = known.computeIfAbsent(key, fresh -> new Wrong());
      wrong.times = wrong.last + FORGET_MILLIS < now ? 1 : wrong.times + 1;
      wrong.last = now;
    } finally {
      lock.unlock();
    }
  }

  void right(String key) {
    lock.lock();
    try {
      known.remove(key);
    } finally {
      lock.unlock();
    }
  }

  int size() {
    lock.lock();
    try {
      return known.size();
    } finally {
      lock.unlock();
    }
  }
}
