package io.busbar.log;

import io.busbar.monitor.OutOfMemory;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.logging.ConsoleHandler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import org.jspecify.annotations.Nullable;

/**
 * A handler for standard error that writes a repeated warning only once. A minute later, one line
 * says how many more there were, with the text of the last one. Any thread may log.
 */
public final class CountingHandler extends ConsoleHandler {
  /**
   * The most different warnings that are counted at a time. Above this, all warnings are written.
   */
  private static final int MOST_COUNTED = 1_000;

  /**
   * The key of equal warnings: the logger, the level, the message without its parameters, and the
   * exception with its place. A library may use one message for all unexpected exceptions.
   */
  private record Template(String logger, Level level, String message, @Nullable String thrown) {
    private static Template of(LogRecord record) {
      return new Template(
          record.getLoggerName(), record.getLevel(), record.getMessage(), kind(record.getThrown()));
    }

    private static String kind(@Nullable Throwable thrown) {
      if (thrown == null) {
        return "";
      }
      StackTraceElement[] stack = thrown.getStackTrace();
      return thrown.getClass().getName() + (stack.length == 0 ? "" : " at " + stack[0]);
    }
  }

  /** The repeats after the first warning. */
  private record Repeats(long count, @Nullable LogRecord last) {
    private static final Repeats NONE = new Repeats(0, null);

    private Repeats and(LogRecord record) {
      return new Repeats(count + 1, record);
    }
  }

  private final Map<Template, AtomicReference<Repeats>> counted = new ConcurrentHashMap<>();
  private final Executor later;

  CountingHandler() {
    this(CompletableFuture.delayedExecutor(1, TimeUnit.MINUTES));
  }

  /**
   * @param later runs its task when the minute is over
   */
  CountingHandler(Executor later) {
    this.later = later;
  }

  @Override
  public void publish(LogRecord record) {
    OutOfMemory.endIf(record.getThrown());
    if (record.getLevel().intValue() < Level.WARNING.intValue()) {
      super.publish(record);
      return;
    }
    Template template = Template.of(record);
    AtomicReference<Repeats> repeats = counted.get(template);
    if (repeats == null && counted.size() < MOST_COUNTED) {
      repeats = counted.putIfAbsent(template, new AtomicReference<>(Repeats.NONE));
      if (repeats == null) {
        later.execute(() -> logRepeats(template));
      }
    }
    if (repeats == null) {
      super.publish(record);
    } else {
      repeats.updateAndGet(before -> before.and(record));
    }
  }

  private void logRepeats(Template template) {
    AtomicReference<Repeats> removed = counted.remove(template);
    Repeats repeats = removed == null ? null : removed.get();
    LogRecord last = repeats == null ? null : repeats.last();
    if (repeats != null && last != null) {
      LogRecord line =
          new LogRecord(
              last.getLevel(),
              repeats.count() + " more within a minute: " + getFormatter().formatMessage(last));
      line.setLoggerName(last.getLoggerName());
      super.publish(line);
    }
  }

  /** Writes what it has counted so far. */
  @Override
  public void close() {
    counted.keySet().forEach(this::logRepeats);
    super.close();
  }
}
