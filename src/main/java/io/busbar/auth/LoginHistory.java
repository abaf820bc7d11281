package io.busbar.auth;

import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;

/**
 * The logins of the last day: which user logged in from which address. A wrong password removes the
 * entry of that user and address. Any thread may use it.
 */
final class LoginHistory {
  private static final long KEEP_NANOS = 86_400_000_000_000L;

  private final ReentrantLock lock = new ReentrantLock();
  private final LongSupplier nanoClock;
  private final LruMap<Long> since = new LruMap<>();

  LoginHistory(LongSupplier nanoClock) {
    this.nanoClock = nanoClock;
  }

  boolean has(String place, String user) {
    lock.lock();
    try {
      Long at = since.get(key(place, user));
      return at != null && nanoClock.getAsLong() - at < KEEP_NANOS;
    } finally {
      lock.unlock();
    }
  }

  void right(String place, String user) {
    lock.lock();
    try {
      since.put(key(place, user), nanoClock.getAsLong());
    } finally {
      lock.unlock();
    }
  }

  void wrong(String place, String user) {
    lock.lock();
    try {
      since.remove(key(place, user));
    } finally {
      lock.unlock();
    }
  }

  private static String key(String place, String user) {
    return place + '\n' + user;
  }
}
