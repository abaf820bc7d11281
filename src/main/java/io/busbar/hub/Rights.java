package io.busbar.hub;

import io.busbar.config.Permission;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.function.UnaryOperator;

/**
 * The permissions of clients, which can change while they are connected. From then on a client may
 * do what it could do after a new connection. A client that listens to something forbidden is
 * disconnected. Any thread may change it; each session is checked on its own event loop.
 */
public final class Rights {
  private final Sessions sessions;
  private final PresenceChannels presence;
  private volatile List<Permission> rules;
  private final WorkerAddresses workers;
  private volatile Permissions permissions;

  Rights(
      Sessions sessions,
      List<Permission> rules,
      PresenceChannels presence,
      WorkerAddresses workers) {
    this.workers = workers;
    this.sessions = sessions;
    this.presence = presence;
    this.rules = rules;
    this.permissions = new Permissions(rules, presence, workers);
  }

  Permissions permissions() {
    return permissions;
  }

  /** Returns the rules that hold now. */
  public List<Permission> rules() {
    return rules;
  }

  /** Replaces the rules. */
  public void rules(List<Permission> rules) {
    this.rules = rules;
    permissions = new Permissions(rules, presence, workers);
    people(UnaryOperator.identity());
  }

  /**
   * Will give all clients their current name and roles.
   *
   * @param now returns the current principal, or null for a user who may not be connected any more;
   *     called on event loops
   */
  public void people(UnaryOperator<Principal> now) {
    sessions.everybody(session -> revise(session, now));
  }

  /** Will end the sessions on this node of the user that {@code {"user":…}} names. */
  void end(Object message) {
    Object user = message instanceof JsonObject json ? json.getValue("user") : null;
    if (user != null) {
      sessions.everybody(
          session -> {
            if (user.equals(session.user())) {
              session.close(Disconnect.ENDED);
            }
          });
    }
  }

  private static void revise(Session session, UnaryOperator<Principal> now) {
    Principal who = now.apply(session.principal());
    if (who == null) {
      session.close(Disconnect.ENDED);
      return;
    }
    session.loggedIn(who);
    if (!session.mayStillListen()) {
      session.close(Disconnect.RIGHTS_CHANGED);
    }
  }
}
