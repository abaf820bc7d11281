package io.busbar.log;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import org.junit.jupiter.api.Test;

/** Tests the format of a log line. */
final class LogLineTest {
  private static final Instant TIME =
      LocalDateTime.of(2026, 11, 21, 9, 31, 34, 123_999_999)
          .atZone(ZoneId.systemDefault())
          .toInstant();

  private static String line(Level level, String logger, String message, Throwable thrown) {
    LogRecord record = new LogRecord(level, message);
    record.setLoggerName(logger);
    record.setInstant(TIME);
    record.setThrown(thrown);
    return new LogLine().format(record);
  }

  private static Throwable withoutFrames(Throwable thrown) {
    thrown.setStackTrace(new StackTraceElement[0]);
    return thrown;
  }

  @Test
  void recordIsOneLineWithAShortName() {
    assertThat(line(Level.INFO, "io.busbar.hub", "message", null))
        .isEqualTo("2026-11-21 09:31:34.123 INFO  hub: message\n");
    assertThat(line(Level.WARNING, "io.busbar.hub.Loop", "message", null))
        .isEqualTo("2026-11-21 09:31:34.123 WARN  hub.Loop: message\n");
    assertThat(line(Level.SEVERE, "io.vertx.core.impl.ContextImpl", "message", null))
        .isEqualTo("2026-11-21 09:31:34.123 ERROR ContextImpl: message\n");
    assertThat(line(Level.FINE, null, "message", null))
        .isEqualTo("2026-11-21 09:31:34.123 DEBUG -: message\n");
    assertThat(line(Level.FINER, "", null, null))
        .isEqualTo("2026-11-21 09:31:34.123 TRACE : null\n");
  }

  @Test
  void lineCannotBeForged() {
    assertThat(line(Level.INFO, "io.busbar.hub", "a\n2026-11-21 ERROR\u001b[2J\u2028b", null))
        .isEqualTo("2026-11-21 09:31:34.123 INFO  hub: a\\n2026-11-21 ERROR\\u001b[2J\\u2028b\n");
  }

  @Test
  void exceptionFollowsAndCannotForgeALine() {
    Throwable cause = withoutFrames(new IllegalStateException("x\ny"));
    Exception thrown = new RuntimeException("failed", cause);
    thrown.setStackTrace(
        new StackTraceElement[] {new StackTraceElement("io.busbar.A", "run", "A.java", 7)});
    thrown.addSuppressed(withoutFrames(new RuntimeException("late")));
    assertThat(line(Level.SEVERE, "io.busbar.hub", "message", thrown))
        .isEqualTo(
            """
            2026-11-21 09:31:34.123 ERROR hub: message
              java.lang.RuntimeException: failed
                at io.busbar.A.run(A.java:7)
              suppressed: java.lang.RuntimeException: late
              caused by: java.lang.IllegalStateException: x\\ny
            """);
  }

  @Test
  void circularCauseEnds() {
    Throwable first = withoutFrames(new RuntimeException("first"));
    first.initCause(withoutFrames(new RuntimeException("second", first)));
    assertThat(line(Level.INFO, "a", "b", first).lines())
        .hasSize(4)
        .endsWith("  caused by: java.lang.RuntimeException: first");
  }
}
