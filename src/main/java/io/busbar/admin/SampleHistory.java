package io.busbar.admin;

import io.vertx.core.json.JsonArray;
import java.util.ArrayDeque;
import java.util.Deque;
import org.jspecify.annotations.Nullable;

/**
 * The numbers of this node in the past: each second of the last two minutes, and every ten seconds
 * of the last hour. These are at most about 500 samples. Used by the admin verticle's event loop.
 */
final class SampleHistory {
  /** A length of time, and the step between its samples. */
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

    /** Returns the window with that label; null if there is none. */
    static @Nullable Window of(String label) {
      for (Window each : values()) {
        if (each.label.equals(label)) {
          return each;
        }
      }
      return null;
    }
  }

  private static final int MINUTE = 60;

  private final Deque<Sample> seconds = new ArrayDeque<>();
  private final Deque<Sample> tens = new ArrayDeque<>();
  private long count;

  /** Adds a sample. It is called about once a second. */
  void add(Sample now) {
    add(seconds, now, Window.TWO_MINUTES);
    if (count++ % Window.HOUR.stepSeconds == 0) {
      add(tens, now, Window.HOUR);
    }
  }

  /** Keeps one sample more than are shown, because each is shown by its changes since the last. */
  private static void add(Deque<Sample> samples, Sample now, Window window) {
    samples.addLast(now);
    if (samples.size() > window.samples + 1) {
      samples.removeFirst();
    }
  }

  /** Returns the newest sample. There is one from the start. */
  Sample latest() {
    return seconds.getLast();
  }

  /** Returns the sample before the newest; the newest if it is the only one. */
  Sample before() {
    return back(1);
  }

  /** Returns the sample of a minute ago; the oldest if the node is younger. */
  Sample minuteAgo() {
    return back(MINUTE);
  }

  private Sample back(int steps) {
    int skipped = Math.max(0, seconds.size() - 1 - steps);
    return seconds.stream().skip(skipped).findFirst().orElseThrow();
  }

  /** Returns the least heap in use in the last minute, in bytes; 0 in the node's first minute. */
  long heapFloor() {
    return seconds.size() <= MINUTE
        ? 0
        : seconds.stream()
            .skip(seconds.size() - MINUTE)
            .mapToLong(Sample::heapUsed)
            .min()
            .orElse(0);
  }

  /** Returns the samples of that window, the oldest first. */
  JsonArray toJson(Window window) {
    JsonArray samples = new JsonArray();
    Sample before = null;
    for (Sample each : window == Window.HOUR ? tens : seconds) {
      if (before != null) {
        samples.add(each.toJson(before));
      }
      before = each;
    }
    return samples;
  }
}
