package io.busbar.protocol.pusher;

import io.busbar.hub.Session;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * The users about whose arrival and departure a client is told. A user who has signed in attends a
 * channel of its own. Owned by the session's event loop.
 */
final class Watchlist {
  static final int MOST = 100;

  private static final String EVENTS = "pusher_internal:watchlist_events";

  /** Time in which changes are gathered into one event, in milliseconds. */
  private static final long GATHERING_MILLIS = 100;

  /** One of the users. Any thread may use it. */
  private final class Watched implements RosterWatcher {
    private final String user;
    private final Rosters.Place place;

    private Watched(String user) {
      this.user = user;
      String channel = ChannelName.toUser(user);
      this.place = new Rosters.Place(app.address(channel), channel);
    }

    @Override
    public String user() {
      return user;
    }

    @Override
    public void sees(boolean isHere) {
      session.eventLoop().execute(() -> changed(user, isHere));
    }
  }

  private final Rosters rosters;
  private final PusherApp app;
  private final Session session;
  private final List<Watched> all = new ArrayList<>();
  private final Map<String, Boolean> changes = new LinkedHashMap<>();

  Watchlist(Rosters rosters, PusherApp app, Session session) {
    this.rosters = rosters;
    this.app = app;
    this.session = session;
  }

  /** Starts to watch; the client gets the state of each user, and then each change. */
  void watch(Collection<String> users) {
    for (String user : users) {
      Watched watched = new Watched(user);
      all.add(watched);
      rosters.watch(watched.place, watched);
    }
  }

  private void changed(String user, boolean isHere) {
    if (all.isEmpty()) {
      return;
    }
    if (changes.isEmpty()) {
      session.eventLoop().schedule(this::notifyClient, GATHERING_MILLIS, TimeUnit.MILLISECONDS);
    }
    changes.put(user, isHere);
  }

  private void notifyClient() {
    JsonArray events = new JsonArray();
    add(events, "online", true);
    add(events, "offline", false);
    changes.clear();
    session.write(ServerEvents.of(EVENTS, null, new JsonObject().put("events", events)));
  }

  private void add(JsonArray events, String name, boolean isHere) {
    JsonArray users = new JsonArray();
    changes.forEach(
        (user, here) -> {
          if (here == isHere) {
            users.add(user);
          }
        });
    if (!users.isEmpty()) {
      events.add(new JsonObject().put("name", name).put("user_ids", users));
    }
  }

  /** Ends the watch, because the client is gone. */
  void end() {
    all.forEach(watched -> rosters.unwatch(watched.place, watched));
    all.clear();
  }
}
