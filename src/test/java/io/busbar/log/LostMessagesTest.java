package io.busbar.log;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.ConnectException;
import java.util.ArrayList;
import java.util.List;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Tests that each lost message in Vert.x's bus is logged as one line. */
final class LostMessagesTest {
  private static final Logger OURS = Logger.getLogger("io.busbar.cluster");
  private static final Logger THEIRS = Logger.getLogger("io.busbar.test.theirs");

  private final List<LogRecord> records = new ArrayList<>();
  private final Handler handler =
      new Handler() {
        @Override
        public void publish(LogRecord record) {
          records.add(record);
        }

        @Override
        public void flush() {}

        @Override
        public void close() {}
      };

  @BeforeEach
  void listen() {
    OURS.addHandler(handler);
    THEIRS.addHandler(handler);
    THEIRS.setFilter(new LostMessages());
  }

  @AfterEach
  void stopListening() {
    OURS.removeHandler(handler);
    THEIRS.removeHandler(handler);
    THEIRS.setFilter(null);
  }

  @Test
  void unreachableNodeIsNamedWithTheReason() {
    THEIRS.log(
        Level.WARNING,
        "Connecting to server a-b failed",
        new ConnectException("Connection refused"));
    LogRecord line = onlyRecord();
    assertThat(line.getMessage())
        .isEqualTo("node a-b is not reached; what was sent to it is lost: Connection refused");
    assertThat(line.getLevel()).isEqualTo(Level.WARNING);
    assertThat(line.getThrown()).isNull();
  }

  @Test
  void eachFailedWriteIsOneLineWithoutItsStack() {
    THEIRS.log(Level.SEVERE, "Unhandled exception", ofFailedWrite());
    LogRecord line = onlyRecord();
    assertThat(line.getMessage())
        .isEqualTo("a message to another node is lost: its connection has ended");
    assertThat(line.getThrown()).isNull();
  }

  /**
   * The exception that Vert.x throws in {@code SendContext}. {@code KilledNodeLogIT} has real ones.
   */
  private static Throwable ofFailedWrite() {
    Throwable thrown = new IllegalStateException("Promise already completed");
    thrown.setStackTrace(
        new StackTraceElement[] {
          new StackTraceElement("io.vertx.core.Promise", "fail", "Promise.java", 103),
          new StackTraceElement("io.vertx.core.Promise", "complete", "Promise.java", 62),
          new StackTraceElement(
              "io.vertx.core.impl.future.FutureBase$EmitResultTask", "run", "FutureBase.java", 125)
        });
    return thrown;
  }

  @Test
  void otherRecordsAreUnchanged() {
    Throwable thrown = new IllegalStateException("x");
    THEIRS.log(Level.SEVERE, "Unhandled exception", thrown);
    THEIRS.log(Level.SEVERE, "Failed to send message", new ConnectException());
    THEIRS.log(Level.WARNING, null, (Throwable) null);
    assertThat(records).hasSize(3).allMatch(record -> record.getLoggerName().endsWith(".theirs"));
    assertThat(records.get(0).getThrown()).isSameAs(thrown);
  }

  private LogRecord onlyRecord() {
    assertThat(records).hasSize(1);
    return records.get(0);
  }
}
