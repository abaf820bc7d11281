package io.busbar.presence;

import io.busbar.hub.PresenceSubscriber;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The users of one channel on this node, with their sessions. This is the source of all other
 * presence data about them. Owned by the channel's event loop.
 */
final class LocalChannel {
  /** A session may have several subscriptions, and its user may change between them. */
  private record Key(String session, String user) {}

  private record Newest(@Nullable String info, long since) {}

  private static final class Seat {
    private int subscriptions;
    private long number;
  }

  private final Map<Key, Seat> seats = new HashMap<>();

  /** The sessions of each user, the newest last. */
  private final Map<String, TreeMap<Long, Newest>> users = new HashMap<>();

  private long numbers;

  void joined(PresenceSubscriber who) {
    TreeMap<Long, Newest> sessions = users.computeIfAbsent(who.user(), user -> new TreeMap<>());
    Seat seat = seats.computeIfAbsent(new Key(who.session(), who.user()), key -> new Seat());
    Newest before = sessions.remove(seat.number);
    String info = who.info() == null && before != null ? before.info() : who.info();
    seat.subscriptions++;
    seat.number = ++numbers;
    sessions.put(seat.number, new Newest(info, System.currentTimeMillis()));
  }

  void left(PresenceSubscriber who) {
    Key key = new Key(who.session(), who.user());
    Seat seat = seats.get(key);
    if (seat == null || --seat.subscriptions > 0) {
      return;
    }
    seats.remove(key);
    TreeMap<Long, Newest> sessions = users.get(who.user());
    if (sessions != null) {
      sessions.remove(seat.number);
      if (sessions.isEmpty()) {
        users.remove(who.user());
      }
    }
  }

  boolean isEmpty() {
    return users.isEmpty();
  }

  List<String> users() {
    return new ArrayList<>(users.keySet());
  }

  /** The report about a user on this node. */
  UserReport tell(String user) {
    TreeMap<Long, Newest> sessions = users.get(user);
    if (sessions == null) {
      return UserReport.gone(user);
    }
    Newest newest = sessions.lastEntry().getValue();
    return new UserReport(user, sessions.size(), newest.since(), newest.info());
  }
}
