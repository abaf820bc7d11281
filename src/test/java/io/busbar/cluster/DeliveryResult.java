package io.busbar.cluster;

import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * What one or several listeners missed of one or several publishers.
 *
 * @param published number of messages that should have been heard
 * @param lost number of them that were not heard
 * @param lostBefore number of lost ones that were sent before the fault
 * @param holes number of lost ones although a later message was heard
 * @param reordered number of messages that came after a later one
 * @param healedNanos time from the fault's end until the last listener heard a new message, in
 *     nanoseconds; 0 for unknown
 */
record DeliveryResult(
    int published,
    int received,
    int lost,
    int lostBefore,
    int holes,
    int duplicated,
    int reordered,
    long healedNanos) {
  static final DeliveryResult NOTHING = new DeliveryResult(0, 0, 0, 0, 0, 0, 0, 0);

  /**
   * Returns the verdict on one channel, where numbers from 1 were sent.
   *
   * @param numbers numbers in their order of arrival
   * @param last last number that was sent
   * @param before last number that was sent before the fault
   */
  static DeliveryResult of(List<Integer> numbers, int last, int before, long healedNanos) {
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
    return new DeliveryResult(
        last,
        numbers.size(),
        last - different.size(),
        before - early,
        highest - different.size(),
        duplicated,
        reordered,
        healedNanos);
  }

  DeliveryResult plus(DeliveryResult other) {
    return new DeliveryResult(
        published + other.published,
        received + other.received,
        lost + other.lost,
        lostBefore + other.lostBefore,
        holes + other.holes,
        duplicated + other.duplicated,
        reordered + other.reordered,
        Math.max(healedNanos, other.healedNanos));
  }

  /** Returns whether all messages were heard, once and in order. */
  boolean isClean() {
    return lost == 0 && isUnbroken();
  }

  /** Returns whether all messages up to some point were heard, once and in order. */
  boolean isUnbroken() {
    return holes == 0 && duplicated == 0 && reordered == 0;
  }
}
