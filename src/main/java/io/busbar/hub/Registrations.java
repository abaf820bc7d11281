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
 * To register an address in a cluster takes its time. Only so many are under way at once, and those
 * that wait have their turns by session, so that one with many does not keep others waiting. Owned
 * by a home loop.
 */
final class Registrations {
  private static final int MOST_UNDER_WAY = 32;

  /** One that hangs does not keep others waiting for ever; it may still come. */
  private static final long PATIENCE_SECONDS = 10;

  private final boolean clustered;
  private final Executor home;
  private final Map<String, Queue<Supplier<Future<Void>>>> waiting = new LinkedHashMap<>();
  private int underWay;

  /**
   * @param clustered whether it takes time at all
   * @param home runs tasks on the loop
   */
  Registrations(boolean clustered, Executor home) {
    this.clustered = clustered;
    this.home = home;
  }

  /**
   * Will begin when it is that session's turn.
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
    String session = waiting.keySet().iterator().next();
    Queue<Supplier<Future<Void>>> its = waiting.remove(session);
    Supplier<Future<Void>> registration = its.remove();
    if (!its.isEmpty()) {
      waiting.put(session, its);
    }
    begin(registration);
  }
}
