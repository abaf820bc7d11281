package io.busbar.http;

import io.busbar.config.OneLine;
import java.lang.System.Logger.Level;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Supplier;
import java.util.stream.Stream;

/**
 * The requests that reach no endpoint because of their origin or host. They are counted by reason,
 * and logged once a minute for each name. Any thread may use it.
 */
public final class Rejections {
  /** The reason of a rejection. */
  public enum Reason {
    /** The request names another host. */
    HOST,
    /** The request comes from a page of another site. */
    ORIGIN,
    /** A header that must be single occurs twice. */
    REPEATED_HEADER
  }

  private static final System.Logger LOG = System.getLogger("io.busbar.http");
  private static final long WINDOW_NANOS = TimeUnit.MINUTES.toNanos(1);
  private static final int MOST_NAMES = 100;
  private static final int LONGEST_NAME = 100;

  private final List<LongAdder> counts =
      Stream.of(Reason.values()).map(reason -> new LongAdder()).toList();
  private final Set<String> logged = ConcurrentHashMap.newKeySet();
  private final AtomicLong began = new AtomicLong(System.nanoTime());

  /** Returns the number of rejections since the start. */
  public long count(Reason reason) {
    return counts.get(reason.ordinal()).sum();
  }

  /**
   * Counts a rejection, and logs it unless that name was logged within the last minute.
   *
   * @param name text from the client; each gets a line, up to a hundred per minute
   * @param line text for the operator
   */
  void add(Reason reason, String name, Supplier<String> line) {
    counts.get(reason.ordinal()).increment();
    long now = System.nanoTime();
    long before = began.get();
    if (now - before >= WINDOW_NANOS && began.compareAndSet(before, now)) {
      logged.clear();
    }
    if (logged.size() < MOST_NAMES && logged.add(reason + shown(name))) {
      LOG.log(Level.WARNING, line.get());
      if (logged.size() >= MOST_NAMES) {
        LOG.log(Level.WARNING, "more refused requests are counted, and not told for a minute");
      }
    }
  }

  /** Returns a client's text in a form for the log. */
  static String shown(String text) {
    return OneLine.of(text.length() > LONGEST_NAME ? text.substring(0, LONGEST_NAME) + "…" : text);
  }
}
