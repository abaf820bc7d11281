package io.busbar.protocol.stomp;

import io.busbar.hub.Disconnect;
import io.vertx.ext.auth.User;
import io.vertx.ext.stomp.Command;
import io.vertx.ext.stomp.Frame;
import io.vertx.ext.stomp.ServerFrame;
import java.util.LinkedHashMap;
import java.util.Map;

/** What CONNECT does: agrees on a version and on heart-beats, and finds out who the client is. */
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
    session
        .handler()
        .onAuthenticationRequest(
            session,
            credential(frame, Frame.LOGIN, version),
            credential(frame, Frame.PASSCODE, version))
        .onComplete(
            result -> {
              if (result.succeeded() && result.result()) {
                session.connected(userOf(session), connected(session, version));
              } else {
                session.fail(null, Disconnect.PROTOCOL_ERROR, "login and passcode are not right");
              }
            });
  }

  /** Clients of 1.0 put a blank after the colon. */
  private static String credential(Frame frame, String header, StompVersion version) {
    String value = frame.getHeader(header);
    return value == null || version != StompVersion.V1_0 ? value : value.trim();
  }

  private static String userOf(StompSession session) {
    User user = session.handler().getUserBySession(session.session());
    return user == null ? null : user.subject();
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
