package io.busbar.config;

/**
 * An error in the configuration. The message is one line with the source, the key and the error:
 * {@code config/busbar.yaml:12: permissions[2].allow must be a list, not "send"}. Immutable.
 */
public final class ConfigException extends IllegalArgumentException {
  private static final long serialVersionUID = 1L;

  private final String key;
  private final String what;

  /** Creates an error of a record about one of its own keys; the loader adds the rest. */
  public ConfigException(String key, String what) {
    this("", key, what);
  }

  ConfigException(String source, String key, String what) {
    super(OneLine.of((source.isEmpty() ? "" : source + ": ") + (key + " " + what).strip()));
    this.key = key;
    this.what = what;
  }

  /**
   * Returns the key with dots, and with numbers for list elements: {@code permissions[2].allow};
   * empty for none.
   */
  public String key() {
    return key;
  }

  /** Returns the error itself. */
  public String what() {
    return what;
  }
}
