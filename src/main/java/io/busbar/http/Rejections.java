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
 * Requests that no endpoint got to see, for where they come from or what they ask for: counted by
 * reason, and told in the log once a minute for each name. Any thread may call.
 */
public final class Rejections {
  /** Why. */
  public enum Reason {
    /** It asks for a name that is not this gateway's. */
    HOST,
    /** It is another site's page that asks. */
    ORIGIN,
    /** It says twice what must be said once. */
    REPEATED_HEADER
  }

  private static final System.Logger LOG = System.getLogger("io.busbar.http");
  private static final long WINDOW_NANOS = TimeUnit.MINUTES.toNanos(1);
  private static final int MOST_NAMES = 100;
  private static final int LONGEST_NAME = 100;

  private final List<LongAdder> counts =
      Stream.of(Reason.values()).map(reason -> new LongAdder()).toList();
  private final Set<String> told = ConcurrentHashMap.newKeySet();
  private final AtomicLong began = new AtomicLong(System.nanoTime());

  /** How many there were since the start. */
  public long count(Reason reason) {
    return counts.get(reason.ordinal()).sum();
  }

  /**
   * Will count one, and log it unless that name was logged within the last minute.
   *
   * @param name what the client said, of which each gets a line, up to a hundred a minute
   * @param line what the operator is told
   */
  void add(Reason reason, String name, Supplier<String> line) {
    counts.get(reason.ordinal()).increment();
    long now = System.nanoTime();
    long before = began.get();
    if (now - before >= WINDOW_NANOS && began.compareAndSet(before, now)) {
      told.clear();
    }
    if (told.size() < MOST_NAMES && told.add(reason + shown(name))) {
      LOG.log(Level.WARNING, line.get());
      if (told.size() >= MOST_NAMES) {
        LOG.log(Level.WARNING, "more refused requests are counted, and not told for a minute");
      }
    }
  }

  /** Text of a client's as a line may hold it. */
  static String shown(String text) {
    return OneLine.of(text.length() > LONGEST_NAME ? text.substring(0, LONGEST_NAME) + "…" : text);
  }
}
