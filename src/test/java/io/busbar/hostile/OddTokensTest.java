package io.busbar.hostile;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.util.Base64;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Tests tokens with a right signature and odd claims, at every place that takes one. */
final class OddTokensTest {
  private static OddDoors doors;

  private final OddValues odd = new OddValues(OddDoors.SEED);

  @BeforeAll
  static void start() {
    doors = new OddDoors();
  }

  @AfterAll
  static void stop() {
    doors.close();
  }

  private String token() {
    return odd.token(OddDoors.SECRET);
  }

  private static String poll(String from, String query, String header) throws IOException {
    String request =
        "POST /eventbus/0/s%s/xhr%s HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n%s\r\n"
            .formatted(from.replace('.', '-'), query, header.isEmpty() ? "" : header + "\r\n");
    try (RawSocket socket = new RawSocket(from, doors.gateway().httpPort())) {
      socket.send(request);
      return socket.until(OddDoors.QUIET, OddDoors.PATIENCE_MILLIS);
    }
  }

  @Test
  void oddClaimsAreARefusedLoginInHttp() throws Exception {
    Pattern fair = Pattern.compile("^HTTP/1.[01] (200|401|414|431) ");
    doors.throwAt(
        "bearer", this::token, (it, from) -> poll(from, "", "Authorization: Bearer " + it), fair);
    doors.throwAt(
        "basic",
        () -> Base64.getEncoder().encodeToString(("ann:" + token()).getBytes(UTF_8)),
        (it, from) -> poll(from, "", "Authorization: Basic " + it),
        fair);
    doors.throwAt("cookie", this::token, (it, from) -> poll(from, "", "Cookie: who=" + it), fair);
    doors.throwAt("parameter", this::token, (it, from) -> poll(from, "?access=" + it, ""), fair);
  }

  @Test
  void oddClaimsAreARefusedLoginInStomp() throws Exception {
    Pattern fair = Pattern.compile("^CONNECTED|login and passcode are not right|is longer than");
    for (String login : List.of("", "login:ann\n")) {
      doors.throwAt(
          "passcode " + login.trim(),
          this::token,
          (token, from) -> {
            try (RawSocket socket = new RawSocket(from, doors.gateway().stompPort())) {
              socket.send("CONNECT\naccept-version:1.2\nhost:h\n" + login);
              socket.send("passcode:" + token + "\n\n\0");
              return socket.until("\0", OddDoors.PATIENCE_MILLIS);
            }
          },
          fair);
    }
  }

  @Test
  void oddClaimsAreARefusedLoginInTheBridge() throws Exception {
    Pattern fair = Pattern.compile("auth_error|\"type\":\"login\"");
    doors.throwAt(
        "login",
        this::token,
        (token, from) -> bridge(from, "{\"type\":\"login\",\"token\":\"" + token + "\"}"),
        fair);
    doors.throwAt(
        "login and refresh",
        this::token,
        (token, from) ->
            bridge(
                from,
                "{\"type\":\"login\",\"username\":\"ann\",\"password\":\"" + token + "\"}",
                "{\"type\":\"refresh\",\"token\":\"" + token + "\"}"),
        fair);
  }

  private static String bridge(String from, String... messages) throws IOException {
    return doors.webSocket(
        "/eventbus/websocket", from, List.of(messages), OddDoors.QUIET, OddDoors.PATIENCE_MILLIS);
  }
}
