package io.busbar.config;

import java.util.regex.Pattern;

/**
 * The port for those who look after the gateway: health, metrics, the API and the console.
 *
 * @param host where it listens; one that others can reach needs a token
 * @param port 0 takes a free one
 * @param token what callers must show; empty asks for none
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

  /** Whether the host is this machine, by its name alone. */
  public static boolean isLoopback(String host) {
    return LOOPBACK.matcher(host).matches();
  }

  /** As logs may show it. */
  @Override
  public String toString() {
    return "AdminConfig[" + host + ":" + port + (token.isEmpty() ? "]" : ", " + Secrets.MASK + "]");
  }
}
