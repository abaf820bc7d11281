package io.busbar.protocol.pusher;

import io.busbar.hub.Disconnect;
import io.busbar.hub.Session;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** The connections of this node that have signed in, by app and user. Any thread may use it. */
public final class PusherUsers {
  /** The backend has ended the user's connections; the user may reconnect. */
  static final Disconnect TERMINATED =
      new Disconnect(4009, "the app's backend has ended this user's connections", false);

  /** The key of a user. */
  private record User(String app, String id) {}

  private final Map<User, Set<Session>> connections = new ConcurrentHashMap<>();

  /** Adds a connection of that user. */
  void add(String app, String user, Session session) {
    connections.compute(
        new User(app, user),
        (who, there) -> {
          Set<Session> all = there == null ? ConcurrentHashMap.newKeySet() : there;
          all.add(session);
          return all;
        });
  }

  /** Removes a connection that has ended. */
  void remove(String app, String user, Session session) {
    connections.computeIfPresent(
        new User(app, user),
        (who, there) -> {
          there.remove(session);
          return there.isEmpty() ? null : there;
        });
  }

  /** Ends all connections of the user. Completes when it is done, with their number. */
  Future<Integer> end(String app, String user) {
    List<Session> all = List.copyOf(connections.getOrDefault(new User(app, user), Set.of()));
    List<Future<Void>> ended = new ArrayList<>(all.size());
    for (Session session : all) {
      Promise<Void> done = Promise.promise();
      ended.add(done.future());
      session
          .eventLoop()
          .execute(
              () -> {
                session.close(TERMINATED);
                done.complete();
              });
    }
    return Future.all(ended).map(all.size());
  }
}
