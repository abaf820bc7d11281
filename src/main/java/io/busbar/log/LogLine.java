package io.busbar.log;

import io.busbar.config.OneLine;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.Set;
import java.util.logging.Formatter;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import org.jspecify.annotations.Nullable;

/**
 * Writes a log record as one line: {@code 2026-11-21 09:31:34.123 INFO hub: message}. The lines of
 * an exception follow, indented. Text from clients cannot start a new line. Any thread may use it.
 */
public final class LogLine extends Formatter {
  private static final String OURS = "io.busbar.";
  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm:ss.SSS");

  @Override
  public String format(LogRecord record) {
    StringBuilder line = new StringBuilder(160);
    TIME.formatTo(record.getInstant().atZone(ZoneId.systemDefault()), line);
    line.append(' ').append(level(record.getLevel()));
    line.append(' ').append(shorten(record.getLoggerName())).append(": ");
    line.append(OneLine.of(String.valueOf(formatMessage(record)))).append('\n');
    if (record.getThrown() != null) {
      Set<Throwable> seen = Collections.newSetFromMap(new IdentityHashMap<>());
      append(record.getThrown(), "  ", seen, line);
    }
    return line.toString();
  }

  static String level(Level level) {
    int value = level.intValue();
    if (value >= Level.SEVERE.intValue()) {
      return "ERROR";
    }
    if (value >= Level.WARNING.intValue()) {
      return "WARN ";
    }
    if (value >= Level.INFO.intValue()) {
      return "INFO ";
    }
    return value >= Level.FINE.intValue() ? "DEBUG" : "TRACE";
  }

  static String shorten(@Nullable String logger) {
    if (logger == null) {
      return "-";
    }
    return logger.startsWith(OURS)
        ? logger.substring(OURS.length())
        : logger.substring(logger.lastIndexOf('.') + 1);
  }

  private static void append(
      Throwable thrown, String prefix, Set<Throwable> seen, StringBuilder line) {
    line.append(prefix).append(OneLine.of(thrown.toString())).append('\n');
    if (!seen.add(thrown)) {
      return;
    }
    for (StackTraceElement frame : thrown.getStackTrace()) {
      line.append("    at ").append(frame).append('\n');
    }
    for (Throwable suppressed : thrown.getSuppressed()) {
      append(suppressed, "  suppressed: ", seen, line);
    }
    if (thrown.getCause() != null) {
      append(thrown.getCause(), "  caused by: ", seen, line);
    }
  }
}
