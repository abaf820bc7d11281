package io.busbar.hub;

import io.busbar.config.Permission;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.function.UnaryOperator;

/**
 * Who may do what. It can change while clients are here: what they may do from then on is what they
 * could do if they came now, and who listens to something that it may not hear any more is asked to
 * come again. Any thread may change it; sessions are looked at on their own event loops.
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

  /** Those that count now. */
  public List<Permission> rules() {
    return rules;
  }

  /** From now on these rules count. */
  public void rules(List<Permission> rules) {
    this.rules = rules;
    permissions = new Permissions(rules, presence, workers);
    people(UnaryOperator.identity());
  }

  /**
   * Will give everybody the name and the roles that they have now.
   *
   * @param now who somebody is by now; null where they may not be here any more. Called on event
   *     loops
   */
  public void people(UnaryOperator<Principal> now) {
    sessions.everybody(session -> revise(session, now));
  }

  /** Will end the sessions of a user on this node, which {@code {"user":…}} names. */
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
