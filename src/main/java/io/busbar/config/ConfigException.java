package io.busbar.config;

/**
 * A configuration that cannot be used. The message is one line: where it was given, which key, and
 * what is wrong: {@code config/busbar.yaml:12: permissions[2].allow must be a list, not "send"}.
 */
public final class ConfigException extends IllegalArgumentException {
  private static final long serialVersionUID = 1L;

  private final String key;
  private final String what;

  /** What a record finds about one of its own keys; the loader adds the rest. */
  public ConfigException(String key, String what) {
    this("", key, what);
  }

  ConfigException(String source, String key, String what) {
    super(OneLine.of((source.isEmpty() ? "" : source + ": ") + (key + " " + what).strip()));
    this.key = key;
    this.what = what;
  }

  /** Dotted, with list elements by number: {@code permissions[2].allow}; empty for no key. */
  public String key() {
    return key;
  }

  /** What is wrong with it. */
  public String what() {
    return what;
  }
}
