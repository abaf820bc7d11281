package io.busbar.config;

/** What is logged on standard error. */
public record LogConfig(Level level, Format format) {
  /** What a line looks like. */
  public enum Format {
    /** For people. */
    TEXT,
    /** A JSON object, for what collects logs. */
    JSON
  }

  /** From everything to nothing but failures. */
  public enum Level {
    TRACE,
    DEBUG,
    INFO,
    WARNING,
    ERROR
  }

  static LogConfig defaults() {
    return new LogConfig(Level.INFO, Format.TEXT);
  }
}
