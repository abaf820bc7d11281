package io.busbar.hostile;

import java.nio.charset.StandardCharsets;
import java.util.Base64;

/** Requests that log in with a name and a password. */
final class LoginRequests {
  private LoginRequests() {}

  /** A CONNECT frame of STOMP. */
  static String connect(String user, String password) {
    return "CONNECT\naccept-version:1.2\nhost:h\nlogin:%s\npasscode:%s\n\n\0"
        .formatted(user, password);
  }

  static String basic(String user, String password) {
    byte[] both = (user + ":" + password).getBytes(StandardCharsets.UTF_8);
    return "Basic " + Base64.getEncoder().encodeToString(both);
  }

  /** The first poll of a SockJS session. */
  static String poll(String session, String authorization) {
    return "POST /eventbus/0/%s/xhr HTTP/1.1\r\nHost: localhost\r\nContent-Length: 0\r\nAuthorization: %s\r\n\r\n"
        .formatted(session, authorization);
  }
}
