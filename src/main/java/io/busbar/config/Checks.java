package io.busbar.config;

import java.time.Duration;
import java.util.List;
import java.util.function.Consumer;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Checks of values; a failure names the key relative to its record. */
final class Checks {
  private static final Pattern PATH = Pattern.compile("(/[A-Za-z0-9_~.-]+)+");

  private Checks() {}

  static void port(String key, int port) {
    between(key, port, 0, 65535);
  }

  static void between(String key, long value, long least, long most) {
    require(value >= least && value <= most, key, "must be from " + least + " to " + most);
  }

  static void between(String key, @Nullable Size value, long least, long most) {
    boolean inside = value != null && value.bytes() >= least && value.bytes() <= most;
    require(inside, key, "must be from " + new Size(least) + " to " + new Size(most));
  }

  static void positive(String key, @Nullable Duration value) {
    require(value != null && value.toMillis() > 0, key, "must be longer than 0");
  }

  static void notNegative(String key, @Nullable Duration value) {
    require(value != null && !value.isNegative(), key, "must not be negative");
  }

  static void path(String key, String value) {
    require(PATH.matcher(value).matches(), key, "must be a path like /chat");
  }

  static void host(String key, String value) {
    if (!value.equals(Origins.EVERYBODY)) {
      parsed(key, value, HostPattern::parse);
    }
  }

  static void origin(String key, String value) {
    if (!value.equals(Origins.EVERYBODY)) {
      parsed(key, value, OriginRule::parse);
    }
  }

  /** Checks the proxies, and that there are some where every connection has a PROXY header. */
  static void proxies(List<String> proxies, boolean proxyProtocol) {
    for (int i = 0; i < proxies.size(); i++) {
      parsed("proxies[" + i + "]", proxies.get(i), Network::parse);
    }
    require(
        !proxyProtocol || !proxies.isEmpty(),
        "proxy-protocol",
        "needs proxies: only they may say who a client is");
  }

  /** Checks the TCP ports of a protocol. */
  static void tcp(
      String host,
      int port,
      boolean plain,
      int tlsPort,
      TlsConfig tls,
      List<String> proxies,
      boolean proxyProtocol) {
    text("host", host);
    port("port", port);
    port("tls-port", tlsPort);
    require(plain || tls.enabled(), "plain", "may only be false where there is tls");
    require(!plain || !tls.enabled() || port == 0 || port != tlsPort, "tls-port", "is port, too");
    proxies(proxies, proxyProtocol);
  }

  private static void parsed(String key, String value, Consumer<String> parser) {
    try {
      parser.accept(value);
    } catch (IllegalArgumentException e) {
      throw new ConfigException(key, Reason.of(e));
    }
  }

  static void text(String key, String value) {
    require(!value.isBlank(), key, "must not be empty");
  }

  static void oneOf(String key, String value, List<String> known) {
    require(known.contains(value), key, "must be " + either(known));
  }

  /** Returns {@code a, b or c}. */
  static String either(List<String> choices) {
    int last = choices.size() - 1;
    return last < 1
        ? String.join("", choices)
        : String.join(", ", choices.subList(0, last)) + " or " + choices.get(last);
  }

  /** Will throw if somebody has the value already. */
  static void unique(String key, @Nullable String taken) {
    if (taken != null) {
      throw new ConfigException(key, taken);
    }
  }

  static void require(boolean condition, String key, String what) {
    if (!condition) {
      throw new ConfigException(key, what);
    }
  }
}
