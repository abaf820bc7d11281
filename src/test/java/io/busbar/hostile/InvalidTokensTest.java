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
final class InvalidTokensTest {
  private static InvalidInputGateway invalidInput;

  private final InvalidValues invalid = new InvalidValues(InvalidInputGateway.SEED);

  @BeforeAll
  static void start() {
    invalidInput = new InvalidInputGateway();
  }

  @AfterAll
  static void stop() {
    invalidInput.close();
  }

  private String token() {
    return invalid.token(InvalidInputGateway.SECRET);
  }

  private static String poll(String from, String query, String header) throws IOException {
    String request =
        "POST /eventbus/0/s%s/xhr%s HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n%s\r\n"
            .formatted(from.replace('.', '-'), query, header.isEmpty() ? "" : header + "\r\n");
    try (RawSocket socket = new RawSocket(from, invalidInput.gateway().httpPort())) {
      socket.send(request);
      return socket.until(InvalidInputGateway.QUIET, InvalidInputGateway.PATIENCE_MILLIS);
    }
  }

  @Test
  void oddClaimsAreAcceptedOrRefusedOverHttp() throws Exception {
    Pattern fair = Pattern.compile("^HTTP/1.[01] (200|401|414|431) ");
    invalidInput.throwAt(
        "bearer", this::token, (it, from) -> poll(from, "", "Authorization: Bearer " + it), fair);
    invalidInput.throwAt(
        "basic",
        () -> Base64.getEncoder().encodeToString(("ann:" + token()).getBytes(UTF_8)),
        (it, from) -> poll(from, "", "Authorization: Basic " + it),
        fair);
    invalidInput.throwAt(
        "cookie", this::token, (it, from) -> poll(from, "", "Cookie: who=" + it), fair);
    invalidInput.throwAt(
        "parameter", this::token, (it, from) -> poll(from, "?access=" + it, ""), fair);
  }

  @Test
  void oddClaimsAreAcceptedOrRefusedOverStomp() throws Exception {
    Pattern fair = Pattern.compile("^CONNECTED|login and passcode are not right|is longer than");
    for (String login : List.of("", "login:ann\n")) {
      invalidInput.throwAt(
          "passcode " + login.trim(),
          this::token,
          (token, from) -> {
            try (RawSocket socket = new RawSocket(from, invalidInput.gateway().stompPort())) {
              socket.send("CONNECT\naccept-version:1.2\nhost:h\n" + login);
              socket.send("passcode:" + token + "\n\n\0");
              return socket.until("\0", InvalidInputGateway.PATIENCE_MILLIS);
            }
          },
          fair);
    }
  }

  @Test
  void oddClaimsAreAcceptedOrRefusedOverTheBridge() throws Exception {
    Pattern fair = Pattern.compile("auth_error|\"type\":\"login\"");
    invalidInput.throwAt(
        "login",
        this::token,
        (token, from) -> bridge(from, "{\"type\":\"login\",\"token\":\"" + token + "\"}"),
        fair);
    invalidInput.throwAt(
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
    return invalidInput.webSocket(
        "/eventbus/websocket",
        from,
        List.of(messages),
        InvalidInputGateway.QUIET,
        InvalidInputGateway.PATIENCE_MILLIS);
  }
}
