package io.busbar.config;

/** A configuration that cannot be used: which key, and what is wrong with it. */
public final class ConfigException extends IllegalArgumentException {
  private static final long serialVersionUID = 1L;

  private final String key;

  ConfigException(String key, String what) {
    super(key + " " + what);
    this.key = key;
  }

  public String key() {
    return key;
  }
}
