package io.busbar.config;

import java.time.Duration;

/** Conditions on values; what fails names the key, relative to its record. */
final class Checks {
  private Checks() {}

  static void port(String key, int port) {
    between(key, port, 0, 65535);
  }

  static void between(String key, long value, long least, long most) {
    require(value >= least && value <= most, key, "must be from " + least + " to " + most);
  }

  static void between(String key, Size value, long least, long most) {
    boolean inside = value != null && value.bytes() >= least && value.bytes() <= most;
    require(inside, key, "must be from " + new Size(least) + " to " + new Size(most));
  }

  static void positive(String key, Duration value) {
    require(value != null && value.toMillis() > 0, key, "must be longer than 0");
  }

  static void path(String key, String value) {
    boolean path = value != null && value.matches("(/[A-Za-z0-9_~.-]+)+");
    require(path, key, "must be a path like /chat");
  }

  static void text(String key, String value) {
    require(value != null && !value.isBlank(), key, "must not be empty");
  }

  private static void require(boolean condition, String key, String what) {
    if (!condition) {
      throw new ConfigException(key, what);
    }
  }
}
