package io.busbar.cluster;

import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * What an ear, or several, missed of a talker, or several.
 *
 * @param published what should have been heard
 * @param lost of that, what was not
 * @param lostBefore of that, what was said before the fault
 * @param holes of that, what was not although something later was
 * @param reordered what came after something later
 * @param healedNanos how long after the fault the last of them heard something new
 */
record Verdict(
    int published,
    int heard,
    int lost,
    int lostBefore,
    int holes,
    int duplicated,
    int reordered,
    long healedNanos) {
  static final Verdict NOTHING = new Verdict(0, 0, 0, 0, 0, 0, 0, 0);

  /**
   * Of one channel, on which numbers from 1 on were said.
   *
   * @param numbers as they came
   * @param last the last that was said
   * @param before the last that was said before the fault
   */
  static Verdict of(List<Integer> numbers, int last, int before, long healedNanos) {
    Set<Integer> different = new HashSet<>();
    int highest = 0;
    int duplicated = 0;
    int reordered = 0;
    for (int number : numbers) {
      duplicated += different.add(number) ? 0 : 1;
      reordered += number < highest ? 1 : 0;
      highest = Math.max(highest, number);
    }
    int early = (int) different.stream().filter(number -> number <= before).count();
    return new Verdict(
        last,
        numbers.size(),
        last - different.size(),
        before - early,
        highest - different.size(),
        duplicated,
        reordered,
        healedNanos);
  }

  Verdict plus(Verdict other) {
    return new Verdict(
        published + other.published,
        heard + other.heard,
        lost + other.lost,
        lostBefore + other.lostBefore,
        holes + other.holes,
        duplicated + other.duplicated,
        reordered + other.reordered,
        Math.max(healedNanos, other.healedNanos));
  }

  /** Whether all was heard, once and in order. */
  boolean isClean() {
    return lost == 0 && isUnbroken();
  }

  /** Whether all was heard up to some point, once and in order. */
  boolean isUnbroken() {
    return holes == 0 && duplicated == 0 && reordered == 0;
  }
}
