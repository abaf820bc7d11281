package io.busbar.admin;

import io.vertx.core.json.JsonArray;
import java.util.ArrayDeque;
import java.util.Deque;

/**
 * What this node counted within the last two minutes, each second, and within the last hour, every
 * ten seconds: some 500 samples, and never more. Owned by the admin verticle's event loop.
 */
final class NumbersHistory {
  /** How far back it goes, and how finely. */
  enum Window {
    TWO_MINUTES("2m", 1, 120),
    HOUR("1h", 10, 360);

    private final String label;
    private final int stepSeconds;
    private final int samples;

    Window(String label, int stepSeconds, int samples) {
      this.label = label;
      this.stepSeconds = stepSeconds;
      this.samples = samples;
    }

    String label() {
      return label;
    }

    int stepSeconds() {
      return stepSeconds;
    }

    /** Null for a label of none. */
    static Window of(String label) {
      for (Window each : values()) {
        if (each.label.equals(label)) {
          return each;
        }
      }
      return null;
    }
  }

  private static final int MINUTE = 60;

  private final Deque<Numbers> seconds = new ArrayDeque<>();
  private final Deque<Numbers> tens = new ArrayDeque<>();
  private long count;

  /** Called about once a second. */
  void add(Numbers now) {
    add(seconds, now, Window.TWO_MINUTES);
    if (count++ % Window.HOUR.stepSeconds == 0) {
      add(tens, now, Window.HOUR);
    }
  }

  /** One more than are shown, as each is shown by what has changed since the one before. */
  private static void add(Deque<Numbers> samples, Numbers now, Window window) {
    samples.addLast(now);
    if (samples.size() > window.samples + 1) {
      samples.removeFirst();
    }
  }

  /** The newest; there is one from the start. */
  Numbers latest() {
    return seconds.getLast();
  }

  /** The one before the newest; the newest where it is alone. */
  Numbers before() {
    return back(1);
  }

  /** That of a minute ago, or the oldest where the node is younger. */
  Numbers minuteAgo() {
    return back(MINUTE);
  }

  private Numbers back(int steps) {
    int skipped = Math.max(0, seconds.size() - 1 - steps);
    return seconds.stream().skip(skipped).findFirst().orElseThrow();
  }

  /** The least heap that was in use within the last minute; 0 in the node's first minute. */
  long heapFloor() {
    return seconds.size() <= MINUTE
        ? 0
        : seconds.stream()
            .skip(seconds.size() - MINUTE)
            .mapToLong(Numbers::heapUsed)
            .min()
            .orElse(0);
  }

  /** The samples, the oldest first. */
  JsonArray toJson(Window window) {
    JsonArray samples = new JsonArray();
    Numbers before = null;
    for (Numbers each : window == Window.HOUR ? tens : seconds) {
      if (before != null) {
        samples.add(each.toJson(before));
      }
      before = each;
    }
    return samples;
  }
}
