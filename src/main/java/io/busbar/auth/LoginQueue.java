package io.busbar.auth;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * The order in which passwords are checked, because a check is slow and wrong ones may come by the
 * thousand. A higher priority comes first. Within a priority, addresses take turns in rounds; where
 * logins failed, users do, too. Within a round the newest login is first, so nobody can block all
 * later ones. Any thread may use it.
 */
final class LoginQueue {
  /** The priority of a login, the highest one first. */
  enum Priority {
    /** This user has logged in from this address lately. */
    KNOWN,

    /** No login from this address failed lately. */
    NEW,

    FAILED
  }

  /** A waiting login. Any thread may call it. */
  interface Login {
    String place();

    String user();

    /** Returns the current priority; others from its address may have failed meanwhile. */
    Priority priority();

    /** Begins the check, which {@link #over} ends; returns false where it does not begin now. */
    boolean begin();

    /** Called when too many logins wait. */
    void refuse();
  }

  /** The number of turns of an address or a user in a level. Guarded by the lock. */
  private static final class Share {
    private long turns;
  }

  /** All logins of one priority. Guarded by the lock. */
  private static final class Level {
    private final Priority priority;
    private final LruMap<Share> places = new LruMap<>();
    private final LruMap<Share> users = new LruMap<>();
    private long round;

    private Level(Priority priority) {
      this.priority = priority;
    }

    /** A new key begins in the current round. */
    private Share share(LruMap<Share> shares, String key) {
      Share share = shares.computeIfAbsent(key, fresh -> new Share());
      share.turns = Math.max(share.turns, round);
      return share;
    }
  }

  /** A login in its level. Guarded by the lock. */
  private static final class Waiting {
    private static final Comparator<Waiting> ORDER =
        Comparator.comparing((Waiting waiting) -> waiting.level.priority)
            .thenComparingLong(Waiting::round)
            .thenComparing(
                Comparator.comparingLong((Waiting waiting) -> waiting.number).reversed());

    private final Login login;
    private final long number;

    @SuppressWarnings("NullAway.Init") // it stands in a level from the beginning
    private Level level;

    @SuppressWarnings("NullAway.Init") // with its level
    private Share place;

    @SuppressWarnings("NullAway.Init") // with its level
    private Share user;

    private Waiting(Login login, long number) {
      this.login = login;
      this.number = number;
    }

    private void stand(Level newLevel) {
      level = newLevel;
      place = newLevel.share(newLevel.places, login.place());
      user = newLevel.share(newLevel.users, login.user());
    }

    /** Guesses of others about a user must not delay that user's logins from good addresses. */
    private long round() {
      return level.priority == Priority.FAILED ? Math.max(place.turns, user.turns) : place.turns;
    }

    private void takeTurn() {
      level.round = Math.max(level.round, round());
      place.turns++;
      user.turns++;
    }
  }

  private final ReentrantLock lock = new ReentrantLock();
  private final int atOnce;
  private final int most;
  private final int mostOfPlace;
  private final Map<Priority, Level> levels = new EnumMap<>(Priority.class);
  private final Map<Login, Waiting> waiting = new LinkedHashMap<>();
  private final Map<String, Integer> ofPlace = new LinkedHashMap<>();
  private long count;
  private int running;
  private boolean closed;
  private final Promise<Void> idle = Promise.promise();

  /**
   * @param atOnce number of logins that are checked at once
   * @param most number of logins that may wait; beyond it the last in the order is refused
   * @param mostOfPlace number of waiting logins of one address; another one is refused
   */
  LoginQueue(int atOnce, int most, int mostOfPlace) {
    this.atOnce = atOnce;
    this.most = most;
    this.mostOfPlace = mostOfPlace;
    for (Priority priority : Priority.values()) {
      levels.put(priority, new Level(priority));
    }
  }

  /** Will begin the login in its turn, or refuse it. */
  void enter(Login login) {
    Login refused = add(login);
    if (refused != null) {
      refused.refuse();
    }
    beginNext();
  }

  /** Removes a waiting login; returns false when it did not wait. */
  boolean leave(Login login) {
    lock.lock();
    try {
      return remove(login) != null;
    } finally {
      lock.unlock();
    }
  }

  /** Will refuse all waiting and later logins; completes when no check is running. */
  Future<Void> close() {
    List<Login> refused;
    boolean isIdle;
    lock.lock();
    try {
      closed = true;
      isIdle = running == 0;
      refused = List.copyOf(waiting.keySet());
      waiting.clear();
      ofPlace.clear();
    } finally {
      lock.unlock();
    }
    refused.forEach(Login::refuse);
    if (isIdle) {
      idle.tryComplete();
    }
    return idle.future();
  }

  /** Ends the turn of a login that has begun. */
  void over() {
    boolean isLast;
    lock.lock();
    try {
      running--;
      isLast = closed && running == 0;
    } finally {
      lock.unlock();
    }
    if (isLast) {
      idle.tryComplete();
    }
    beginNext();
  }

  int waitingCount() {
    lock.lock();
    try {
      return waiting.size();
    } finally {
      lock.unlock();
    }
  }

  private void beginNext() {
    for (Login next = next(); next != null; next = next()) {
      if (!next.begin()) {
        lock.lock();
        try {
          running--;
        } finally {
          lock.unlock();
        }
      }
    }
  }

  private Level level(Priority priority) {
    return Objects.requireNonNull(levels.get(priority), "there is a level for each");
  }

  /** Returns the login that is refused for it; null for none. */
  private @Nullable Login add(Login login) {
    lock.lock();
    try {
      if (closed || ofPlace.getOrDefault(login.place(), 0) >= mostOfPlace) {
        return login;
      }
      ofPlace.merge(login.place(), 1, Integer::sum);
      Waiting fresh = new Waiting(login, count++);
      fresh.stand(level(login.priority()));
      waiting.put(login, fresh);
      if (waiting.size() <= most) {
        return null;
      }
      Login last = waiting.values().stream().max(Waiting.ORDER).orElseThrow().login;
      remove(last);
      return last;
    } finally {
      lock.unlock();
    }
  }

  private @Nullable Waiting remove(Login login) {
    Waiting gone = waiting.remove(login);
    if (gone != null) {
      ofPlace.computeIfPresent(login.place(), (place, n) -> n == 1 ? null : n - 1);
    }
    return gone;
  }

  private @Nullable Login next() {
    lock.lock();
    try {
      while (running < atOnce && !waiting.isEmpty()) {
        Waiting first = waiting.values().stream().min(Waiting.ORDER).orElseThrow();
        Priority now = first.login.priority();
        if (now.compareTo(first.level.priority) > 0) {
          first.stand(level(now));
        } else {
          remove(first.login);
          first.takeTurn();
          running++;
          return first.login;
        }
      }
      return null;
    } finally {
      lock.unlock();
    }
  }
}
