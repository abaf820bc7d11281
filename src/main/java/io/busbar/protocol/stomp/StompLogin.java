package io.busbar.protocol.stomp;

import io.busbar.hub.Disconnect;
import io.busbar.hub.Principal;
import io.busbar.protocol.LoginException;
import io.busbar.protocol.Logins;
import io.vertx.core.Future;
import io.vertx.ext.auth.User;
import io.vertx.ext.stomp.Command;
import io.vertx.ext.stomp.Frame;
import io.vertx.ext.stomp.ServerFrame;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Handles CONNECT: negotiates the version and the heart-beats, and authenticates the client.
 * Immutable; runs on the event loop of the session.
 */
final class StompLogin {
  private static final String SERVER = "Busbar";

  private final int heartBeatMillis;

  StompLogin(int heartBeatMillis) {
    this.heartBeatMillis = heartBeatMillis;
  }

  void connect(ServerFrame received) {
    Frame frame = received.frame();
    StompSession session = (StompSession) received.connection();
    StompVersion version = StompVersion.negotiate(frame.getHeader(Frame.ACCEPT_VERSION));
    if (version == null) {
      String rule = "accept-version names one of " + StompVersion.ALL;
      Map<String, String> ours = Map.of(Frame.VERSION, StompVersion.ALL);
      session.fail(frame.getReceipt(), Disconnect.PROTOCOL_ERROR, rule, ours);
      return;
    }
    session.loggingIn(version);
    String login = credential(frame, Frame.LOGIN, version);
    String passcode = credential(frame, Frame.PASSCODE, version);
    session
        .hubSession()
        .here(who(session, login, passcode))
        .onSuccess(who -> session.connected(who, connected(session, version)))
        .onFailure(
            e -> {
              boolean busy = e == LoginException.BUSY;
              String words =
                  busy ? String.valueOf(e.getMessage()) : "login and passcode are not right";
              session.fail(null, Disconnect.PROTOCOL_ERROR, words);
            });
  }

  private static Future<Principal> who(
      StompSession session, @Nullable String login, @Nullable String passcode) {
    Logins logins = session.logins();
    if (logins == null) {
      return session
          .handler()
          .onAuthenticationRequest(session, login, passcode)
          .compose(
              right ->
                  right
                      ? Future.succeededFuture(userOf(session))
                      : Future.failedFuture(LoginException.WRONG));
    }
    if (login == null && passcode == null) {
      return Future.succeededFuture(session.hubSession().principal());
    }
    boolean token = login == null || login.isEmpty();
    return token
        ? logins.token(passcode, session.remoteAddress())
        : logins.password(login, passcode, session.remoteAddress());
  }

  /** Clients of 1.0 put a blank after the colon. */
  private static String credential(Frame frame, String header, StompVersion version) {
    String value = frame.getHeader(header);
    return value == null || version != StompVersion.V1_0 ? value : value.trim();
  }

  private static Principal userOf(StompSession session) {
    User user = session.handler().getUserBySession(session.session());
    return user == null || user.subject() == null
        ? Principal.NOBODY
        : new Principal(user.subject(), Set.of(), Principal.NEVER);
  }

  private Frame connected(StompSession session, StompVersion version) {
    Map<String, String> headers = new LinkedHashMap<>();
    headers.put(Frame.VERSION, version.toString());
    headers.put(Frame.SESSION, session.session());
    headers.put(Frame.SERVER, SERVER);
    headers.put(Frame.HEARTBEAT, heartBeatMillis + "," + heartBeatMillis);
    return new Frame(Command.CONNECTED, headers, null);
  }
}
