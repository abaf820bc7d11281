package io.busbar.config;

/** The configuration of the log on standard error. */
public record LogConfig(Level level, Format format) {
  /** The form of a line. */
  public enum Format {
    /** Text for people. */
    TEXT,
    /** A JSON object, for log collectors. */
    JSON
  }

  /** The least important level that is logged: from everything to failures only. */
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
