package io.busbar.config;

import java.util.regex.Pattern;

/**
 * The configuration of the port for operators: health, metrics, the API and the console.
 *
 * @param host host to listen on; one that other machines can reach needs a token
 * @param port 0 takes a free port
 * @param token token that callers must send; empty for none
 */
public record AdminConfig(String host, int port, @MayBeAbsent String token) {
  private static final Pattern LOOPBACK = Pattern.compile("localhost|127(\\.\\d{1,3}){3}|::1");
  private static final int SHORTEST_TOKEN = 16;

  public AdminConfig {
    Checks.text("host", host);
    Checks.port("port", port);
    token = token == null ? "" : token;
    Checks.require(
        token.isEmpty() || token.length() >= SHORTEST_TOKEN,
        "token",
        "must have at least " + SHORTEST_TOKEN + " characters");
    Checks.require(
        isLoopback(host) || !token.isEmpty(),
        "token",
        "must be there where admin.host is not loopback: whoever reaches the port may do all");
  }

  static AdminConfig defaults() {
    return new AdminConfig("127.0.0.1", 8081, "");
  }

  /** Returns whether the host is this machine; it looks only at the name. */
  public static boolean isLoopback(String host) {
    return LOOPBACK.matcher(host).matches();
  }

  /** Returns the text for the log. */
  @Override
  public String toString() {
    return "AdminConfig[" + host + ":" + port + (token.isEmpty() ? "]" : ", " + Secrets.MASK + "]");
  }
}
