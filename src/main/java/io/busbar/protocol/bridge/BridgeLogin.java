package io.busbar.protocol.bridge;

import io.busbar.hub.Disconnect;
import io.busbar.hub.FailureWords;
import io.busbar.hub.Principal;
import io.busbar.hub.Session;
import io.busbar.protocol.LoginException;
import io.busbar.protocol.Logins;
import io.vertx.core.Future;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.Objects;

/** Handles {@code login} and {@code refresh} of one session. Owned by the session's event loop. */
final class BridgeLogin {
  private final Logins logins;
  private final Session session;
  private final String from;

  BridgeLogin(Logins logins, Session session, String from) {
    this.logins = logins;
    this.session = session;
    this.from = from;
  }

  /**
   * Will authenticate the client.
   *
   * @return the answer; {@link #words} has the message for a failure
   */
  Future<JsonObject> check(BridgeFrame frame) {
    Principal before = session.principal();
    boolean refresh = frame.type() == BridgeFrame.Type.REFRESH;
    if (refresh != before.isSomebody()) {
      String rule = refresh ? "nobody is logged in" : "already logged in; refresh takes a token";
      return Future.failedFuture(new BridgeException("auth_error", rule));
    }
    BridgeFrame.Login login = Objects.requireNonNull(frame.login(), "it is a login");
    Future<Principal> who =
        login.token() == null
            ? logins.password(login.username(), login.password(), from)
            : logins.token(login.token(), from);
    return session
        .here(who)
        .compose(now -> refresh ? refresh(before, now) : Future.succeededFuture(now))
        .map(this::loggedIn);
  }

  static String words(Throwable failure) {
    boolean written = failure instanceof LoginException || failure instanceof BridgeException;
    return written ? String.valueOf(failure.getMessage()) : FailureWords.of(failure);
  }

  /** Roles allowed the subscriptions, so a client that has lost a role must reconnect. */
  private Future<Principal> refresh(Principal before, Principal now) {
    if (!Objects.equals(before.name(), now.name())) {
      return Future.failedFuture(LoginException.WRONG);
    }
    if (!now.roles().containsAll(before.roles())) {
      session.close(Disconnect.LOGIN_CHANGED);
    }
    return Future.succeededFuture(now);
  }

  private JsonObject loggedIn(Principal who) {
    session.loggedIn(who);
    JsonObject answer = new JsonObject().put("type", "login");
    answer.put("user", who.name());
    answer.put("roles", new JsonArray(who.roles().stream().sorted().toList()));
    if (who.expires() != Principal.NEVER) {
      answer.put("expires", who.expires());
    }
    return answer;
  }
}
