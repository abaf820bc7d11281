package io.busbar.hostile;

import java.nio.charset.StandardCharsets;
import java.util.Base64;

/** Somebody says who he is, and what he knows. */
final class LoginRequests {
  private LoginRequests() {}

  /** Of STOMP. */
  static String connect(String user, String password) {
    return "CONNECT\naccept-version:1.2\nhost:h\nlogin:%s\npasscode:%s\n\n\0"
        .formatted(user, password);
  }

  static String basic(String user, String password) {
    byte[] both = (user + ":" + password).getBytes(StandardCharsets.UTF_8);
    return "Basic " + Base64.getEncoder().encodeToString(both);
  }

  /** A first poll of SockJS. */
  static String poll(String session, String authorization) {
    return "POST /eventbus/0/%s/xhr HTTP/1.1\r\nHost: localhost\r\nContent-Length: 0\r\nAuthorization: %s\r\n\r\n"
        .formatted(session, authorization);
  }
}
