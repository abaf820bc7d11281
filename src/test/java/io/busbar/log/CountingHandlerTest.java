package io.busbar.log;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.List;
import java.util.logging.Formatter;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import org.junit.jupiter.api.Test;

/** Tests that a repeated warning is written once, with the number of repeats. */
final class CountingHandlerTest {
  private final List<String> lines = new ArrayList<>();
  private final List<Runnable> minutes = new ArrayList<>();
  private final CountingHandler handler = new CountingHandler(minutes::add);

  CountingHandlerTest() {
    handler.setLevel(Level.ALL);
    handler.setFormatter(
        new Formatter() {
          @Override
          public String format(LogRecord record) {
            lines.add(record.getLevel() + " " + formatMessage(record));
            return "";
          }
        });
  }

  private void log(Level level, String logger, String message, Object... parameters) {
    LogRecord record = new LogRecord(level, message);
    record.setLoggerName(logger);
    record.setParameters(parameters);
    handler.publish(record);
  }

  private void minuteIsOver() {
    List<Runnable> due = new ArrayList<>(minutes);
    minutes.clear();
    due.forEach(Runnable::run);
  }

  @Test
  void repeatedWarningIsCounted() {
    for (int i = 1; i <= 5; i++) {
      log(Level.WARNING, "a", "no {0}", i);
    }
    assertThat(lines).containsExactly("WARNING no 1");
    minuteIsOver();
    assertThat(lines).containsExactly("WARNING no 1", "WARNING 4 more within a minute: no 5");
    log(Level.WARNING, "a", "no {0}", 6);
    assertThat(lines).hasSize(3).endsWith("WARNING no 6");
    minuteIsOver();
    assertThat(lines).hasSize(3);
  }

  @Test
  void differentWarningsAreNotMixed() {
    log(Level.WARNING, "a", "x");
    log(Level.WARNING, "b", "x");
    log(Level.SEVERE, "a", "x");
    log(Level.WARNING, "a", "y");
    assertThat(lines).hasSize(4);
    minuteIsOver();
    assertThat(lines).hasSize(4);
  }

  @Test
  void sameTextOfDifferentExceptionsIsNotMixed() {
    for (Exception thrown : List.of(new IllegalStateException(), new NullPointerException())) {
      LogRecord record = new LogRecord(Level.SEVERE, "unexpected");
      record.setThrown(thrown);
      handler.publish(record);
      handler.publish(record);
    }
    assertThat(lines).hasSize(2);
    minuteIsOver();
    assertThat(lines).hasSize(4);
  }

  @Test
  void infoLineIsAlwaysWritten() {
    log(Level.INFO, "a", "x");
    log(Level.INFO, "a", "x");
    assertThat(lines).hasSize(2);
  }

  @Test
  void countIsWrittenOnClose() {
    log(Level.WARNING, "a", "x");
    log(Level.WARNING, "a", "x");
    handler.close();
    assertThat(lines).hasSize(2).endsWith("WARNING 1 more within a minute: x");
  }

  @Test
  void thousandsOfDifferentWarningsAreWrittenAndNotKept() {
    for (int i = 0; i < 3_000; i++) {
      log(Level.WARNING, "a", "x" + i);
      log(Level.WARNING, "a", "x" + i);
    }
    assertThat(lines).hasSize(1_000 + 2 * 2_000);
    assertThat(minutes).hasSize(1_000);
  }

  @Test
  void jsonLineIsAlwaysOneObject() {
    LogRecord record = new LogRecord(Level.WARNING, "a\n\"b\" {0}");
    record.setLoggerName("io.busbar.hub");
    record.setParameters(new Object[] {"\u2028"});
    record.setThrown(new IllegalStateException("why\n"));
    String line = new JsonLogLine().format(record);
    assertThat(line).endsWith("}\n");
    assertThat(line.strip()).doesNotContain("\n");
    JsonObject json = new JsonObject(line);
    assertThat(json.getString("level")).isEqualTo("WARN");
    assertThat(json.getString("logger")).isEqualTo("hub");
    assertThat(json.getString("message")).isEqualTo("a\n\"b\" \u2028");
    assertThat(json.getInstant("time")).isEqualTo(record.getInstant());
    assertThat(json.getString("thrown")).startsWith("java.lang.IllegalStateException: why\n");
  }
}
