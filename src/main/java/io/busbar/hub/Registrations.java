package io.busbar.hub;

import io.vertx.core.Future;
import java.util.ArrayDeque;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/**
 * The limit on registrations of addresses that run at once, because each takes time in a cluster.
 * Sessions take turns, so a session with many does not delay the others. Owned by a home loop.
 */
final class Registrations {
  private static final int MOST_UNDER_WAY = 32;

  /**
   * Time limit in seconds, so that a hanging registration does not block others; it may still
   * complete later.
   */
  private static final long PATIENCE_SECONDS = 10;

  private final boolean clustered;
  private final Executor home;
  private final Map<String, Queue<Supplier<Future<Void>>>> waiting = new LinkedHashMap<>();
  private int underWay;

  /**
   * @param clustered whether the node is in a cluster; otherwise registrations take no time
   * @param home runs tasks on the loop
   */
  Registrations(boolean clustered, Executor home) {
    this.clustered = clustered;
    this.home = home;
  }

  /**
   * Will begin the registration when it is the session's turn.
   *
   * @param registration begins on the loop, and completes on any thread
   */
  void inTurn(String session, Supplier<Future<Void>> registration) {
    if (!clustered || underWay < MOST_UNDER_WAY) {
      begin(registration);
    } else {
      waiting.computeIfAbsent(session, id -> new ArrayDeque<>()).add(registration);
    }
  }

  private void begin(Supplier<Future<Void>> registration) {
    underWay++;
    Future<Void> registered = registration.get();
    if (clustered) {
      registered = registered.timeout(PATIENCE_SECONDS, TimeUnit.SECONDS);
    }
    registered.onComplete(done -> home.execute(this::ended));
  }

  private void ended() {
    underWay--;
    next();
  }

  private void next() {
    if (waiting.isEmpty()) {
      return;
    }
    Map.Entry<String, Queue<Supplier<Future<Void>>>> first = waiting.entrySet().iterator().next();
    String session = first.getKey();
    Queue<Supplier<Future<Void>>> its = first.getValue();
    waiting.remove(session);
    Supplier<Future<Void>> registration = its.remove();
    if (!its.isEmpty()) {
      waiting.put(session, its);
    }
    begin(registration);
  }
}
