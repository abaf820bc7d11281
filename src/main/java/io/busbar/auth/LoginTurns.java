package io.busbar.auth;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Whose password is looked at next: that is slow, and wrong ones may come by the thousand. A better
 * standing comes first; in one standing addresses take turns, in rounds, and users do where
 * somebody failed; in one round who came last is first, so that nobody can stand in front of all
 * who come after. Any thread may call.
 */
final class LoginTurns {
  /** The best one first. */
  enum Standing {
    /** This user logged in from this address lately. */
    KNOWN,

    /** From this address nobody failed lately. */
    NEW,

    FAILED
  }

  /** One that waits. */
  interface Login {
    String place();

    String user();

    /** As it is now: others may have failed from its address meanwhile. */
    Standing standing();

    /** Will take its turn, which {@link #over} ends; false when it does not want it now. */
    boolean begin();

    /** Is told that too many wait. */
    void refuse();
  }

  /** What an address or a user had of a lane. */
  private static final class Share {
    private long turns;
  }

  /** All of one standing. */
  private static final class Lane {
    private final Standing standing;
    private final Remembered<Share> places = new Remembered<>();
    private final Remembered<Share> users = new Remembered<>();
    private long round;

    private Lane(Standing standing) {
      this.standing = standing;
    }

    /** Who was not here has missed nothing. */
    private Share share(Remembered<Share> shares, String key) {
      Share share = shares.computeIfAbsent(key, fresh -> new Share());
      share.turns = Math.max(share.turns, round);
      return share;
    }
  }

  private static final class Waiting {
    private static final Comparator<Waiting> ORDER =
        Comparator.comparing((Waiting waiting) -> waiting.lane.standing)
            .thenComparingLong(Waiting::round)
            .thenComparing(
                Comparator.comparingLong((Waiting waiting) -> waiting.number).reversed());

    private final Login login;
    private final long number;
    @SuppressWarnings("NullAway.Init") // it stands in a lane from the beginning
    private Lane lane;
    @SuppressWarnings("NullAway.Init") // with its lane
    private Share place;
    @SuppressWarnings("NullAway.Init") // with its lane
    private Share user;

    private Waiting(Login login, long number) {
      this.login = login;
      this.number = number;
    }

    private void stand(Lane newLane) {
      lane = newLane;
      place = newLane.share(newLane.places, login.place());
      user = newLane.share(newLane.users, login.user());
    }

    /** What others guess of a user is no reason for that user to wait, where nobody failed. */
    private long round() {
      return lane.standing == Standing.FAILED ? Math.max(place.turns, user.turns) : place.turns;
    }

    private void takeTurn() {
      lane.round = Math.max(lane.round, round());
      place.turns++;
      user.turns++;
    }
  }

  private final ReentrantLock lock = new ReentrantLock();
  private final int atOnce;
  private final int most;
  private final int mostOfPlace;
  private final Map<Standing, Lane> lanes = new EnumMap<>(Standing.class);
  private final Map<Login, Waiting> waiting = new LinkedHashMap<>();
  private final Map<String, Integer> ofPlace = new LinkedHashMap<>();
  private long count;
  private int running;
  private boolean closed;
  private final Promise<Void> idle = Promise.promise();

  /**
   * @param atOnce how many have their turn at a time
   * @param most how many may wait; beyond it the last in the order is refused
   * @param mostOfPlace how many of one address; a further one is refused
   */
  LoginTurns(int atOnce, int most, int mostOfPlace) {
    this.atOnce = atOnce;
    this.most = most;
    this.mostOfPlace = mostOfPlace;
    for (Standing standing : Standing.values()) {
      lanes.put(standing, new Lane(standing));
    }
  }

  /** Will let it begin in its turn, or refuse it. */
  void enter(Login login) {
    Login refused = add(login);
    if (refused != null) {
      refused.refuse();
    }
    beginNext();
  }

  /** Waits no more; false when it did not. */
  boolean leave(Login login) {
    lock.lock();
    try {
      return remove(login) != null;
    } finally {
      lock.unlock();
    }
  }

  /** Will refuse all that wait, and all that come; completes when none is at work. */
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

  /** One that began is done. */
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

  /** Returns who is one too many; null for nobody. */
  private @Nullable Login add(Login login) {
    lock.lock();
    try {
      if (closed || ofPlace.getOrDefault(login.place(), 0) >= mostOfPlace) {
        return login;
      }
      ofPlace.merge(login.place(), 1, Integer::sum);
      Waiting fresh = new Waiting(login, count++);
      fresh.stand(lanes.get(login.standing()));
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

  private Waiting remove(Login login) {
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
        Standing now = first.login.standing();
        if (now.compareTo(first.lane.standing) > 0) {
          first.stand(lanes.get(now));
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
