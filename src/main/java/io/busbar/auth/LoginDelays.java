package io.busbar.auth;

import io.busbar.protocol.LoginException;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * The delays for addresses with wrong logins. The wait depends on the wrong logins of the address
 * and of the user. An address without wrong logins never waits for those of others. Any thread may
 * use it.
 */
final class LoginDelays {
  private static final int MOST_WAITING = 1_000;

  private final Vertx vertx;
  private final Delays byAddress = new Delays(true);
  private final Delays byUser = new Delays(false);
  private final AtomicInteger waiting = new AtomicInteger();

  LoginDelays(Vertx vertx) {
    this.vertx = vertx;
  }

  /** Returns whether a login from that address failed lately. */
  boolean hasFailed(String place) {
    return byAddress.hasFailed(place, now());
  }

  /** Returns whether another login would have to wait. */
  boolean holds(String place, String user) {
    return byAddress.isSlow(place, now()) || hasFailed(place) && byUser.isSlow(user, now());
  }

  /**
   * Will complete when the login may be checked; fails when too many logins wait.
   *
   * @param user user of the login; empty for a token, whose user is not known before the check
   */
  Future<Void> pass(String place, String user) {
    long now = now();
    long delay = byAddress.before(place, now);
    if (delay == Delays.REFUSED) {
      return Future.failedFuture(LoginException.BUSY);
    }
    if (hasFailed(place)) {
      delay = Math.max(delay, byUser.before(user, now));
    }
    return delay == 0 ? Future.succeededFuture() : after(delay);
  }

  private Future<Void> after(long millis) {
    if (waiting.incrementAndGet() > MOST_WAITING) {
      waiting.decrementAndGet();
      return Future.failedFuture(LoginException.BUSY);
    }
    Promise<Void> passed = Promise.promise();
    vertx.setTimer(
        millis,
        timer -> {
          waiting.decrementAndGet();
          passed.complete();
        });
    return passed.future();
  }

  void wrong(String place, String user) {
    byAddress.wrong(place, now());
    if (!user.isEmpty()) {
      byUser.wrong(user, now());
    }
  }

  void right(String user) {
    byUser.right(user);
  }

  private static long now() {
    return System.currentTimeMillis();
  }
}
