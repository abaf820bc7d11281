package io.busbar.config;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Queues: each message goes to one consumer and is kept until that has acknowledged it. What is
 * said here of one queue holds for each that no rule names, and for what a rule leaves out.
 *
 * @param totalSize bytes of all queues that live on this node; 0 is a quarter of the heap, in a
 *     cluster an eighth, where each message is in Hazelcast, too
 * @param userSize bytes of all that one user, or one address of those who are nobody, holds there
 * @param count queues that live on a node at once
 * @param userCount of these, how many one user made, or one address of those who are nobody
 * @param durableSubscriptions that one user has at once
 * @param sync how long a write to the disk may wait for others, so that one fsync does for all; 0
 *     takes those that came while the last one ran
 * @param prefetch messages that a consumer has and did not acknowledge, where it names no number
 * @param messages that a queue keeps
 * @param size of them together in bytes, with their headers
 * @param age after which a message is dropped, or a dead letter where a rule says so
 * @param answerTimeout a message that was not answered by then is given back
 * @param tries after so many, a message goes to the dead-letter queue
 * @param deadLetter that queue, {@code {name}} being the queue itself; empty drops
 * @param rules the first whose name fits counts
 */
public record QueuesConfig(
    Size totalSize,
    Size userSize,
    int count,
    int userCount,
    int durableSubscriptions,
    Duration sync,
    int prefetch,
    int messages,
    Size size,
    Duration age,
    Overflow overflow,
    Duration answerTimeout,
    int tries,
    @MayBeAbsent String deadLetter,
    Store store,
    List<Rule> rules) {
  private static final int SHARE_OF_A_HEAP = 4;
  private static final int SHARE_OF_A_HEAP_IN_A_CLUSTER = 8;

  public QueuesConfig {
    Checks.between("total-size", totalSize, 0, 1L << 40);
    Checks.between("user-size", userSize, 1024, 1L << 40);
    Checks.between("count", count, 1, 10_000_000);
    Checks.between("user-count", userCount, 1, 10_000_000);
    Checks.between("durable-subscriptions", durableSubscriptions, 0, 1_000_000);
    Checks.notNegative("sync", sync);
    Checks.between("prefetch", prefetch, 1, 100_000);
    Checks.between("messages", messages, 1, 10_000_000);
    Checks.between("size", size, 128, 1L << 40);
    Checks.positive("age", age);
    Checks.positive("answer-timeout", answerTimeout);
    Checks.between("tries", tries, 1, 1000);
    deadLetter = deadLetter == null ? "" : deadLetter;
    rules = List.copyOf(rules);
    checkSources(rules);
  }

  static QueuesConfig defaults() {
    return new QueuesConfig(
        new Size(0),
        Size.ofMiB(64),
        10_000,
        1_000,
        100,
        Duration.ZERO,
        100,
        10_000,
        Size.ofMiB(16),
        Duration.ofHours(1),
        Overflow.ERROR,
        Duration.ofSeconds(5),
        5,
        "dead-letter.{name}",
        Store.MEMORY,
        List.of(
            new Rule(
                "dead-letter.#",
                "",
                "",
                null,
                null,
                null,
                Duration.ofDays(7),
                null,
                null,
                null,
                null,
                null)));
  }

  /**
   * Bytes that all queues of a node may have.
   *
   * @param heap of the node
   */
  public long totalBytes(long heap, boolean clustered) {
    return totalSize.bytes() > 0
        ? totalSize.bytes()
        : heap / (clustered ? SHARE_OF_A_HEAP_IN_A_CLUSTER : SHARE_OF_A_HEAP);
  }

  /** The same, with rules that count before all others. */
  QueuesConfig with(List<Rule> first) {
    return ruled(first, rules);
  }

  /** The same, with rules that count after all others. */
  QueuesConfig and(List<Rule> last) {
    return ruled(rules, last);
  }

  private QueuesConfig ruled(List<Rule> first, List<Rule> last) {
    List<Rule> all = new ArrayList<>(first);
    all.addAll(last);
    return new QueuesConfig(
        totalSize,
        userSize,
        count,
        userCount,
        durableSubscriptions,
        sync,
        prefetch,
        messages,
        size,
        age,
        overflow,
        answerTimeout,
        tries,
        deadLetter,
        store,
        all);
  }

  /** Whether some queue is kept on disk. */
  public boolean isOnDisk() {
    return store == Store.DISK || rules.stream().anyMatch(rule -> rule.store() == Store.DISK);
  }

  /** No two rules take from one address, and none gives to itself, be it by way of others. */
  private static void checkSources(List<Rule> rules) {
    Map<String, Rule> bySource = new HashMap<>();
    for (int i = 0; i < rules.size(); i++) {
      Rule rule = rules.get(i);
      Rule before = rule.from().isEmpty() ? null : bySource.put(rule.from(), rule);
      Checks.require(before == null, "rules[" + i + "].from", "is that of another rule, too");
    }
    for (int i = 0; i < rules.size(); i++) {
      Set<String> passed = new HashSet<>();
      Rule next = rules.get(i);
      while (next != null && passed.add(next.name())) {
        next = next.to().isEmpty() ? null : bySource.get(next.to());
      }
      Checks.require(next == null, "rules[" + i + "].to", "leads back to the queue it comes from");
    }
  }

  /** Where a queue's messages are kept. */
  public enum Store {
    /** In memory: lost with the node where that runs alone. A cluster keeps each on two nodes. */
    MEMORY,
    /** On disk, for a node alone. */
    DISK
  }

  /** What happens to a message that finds its queue full. */
  public enum Overflow {
    /** The sender is told. */
    ERROR,
    /** It takes the place of the oldest, which becomes a dead letter. */
    DROP_OLDEST
  }

  /**
   * What holds for one queue, or for all whose names match. Null is as for all queues.
   *
   * @param name of the queue; a pattern where there is neither from nor to
   * @param from what is sent to this address goes into the queue; empty for none
   * @param to this address is asked for each message; empty for none
   */
  public record Rule(
      String name,
      @MayBeAbsent String from,
      @MayBeAbsent String to,
      @MayBeAbsent @Nullable Integer prefetch,
      @MayBeAbsent @Nullable Integer messages,
      @MayBeAbsent @Nullable Size size,
      @MayBeAbsent @Nullable Duration age,
      @MayBeAbsent @Nullable Overflow overflow,
      @MayBeAbsent @Nullable Duration answerTimeout,
      @MayBeAbsent @Nullable Integer tries,
      @MayBeAbsent @Nullable String deadLetter,
      @MayBeAbsent @Nullable Store store) {
    public Rule {
      Checks.text("name", name);
      from = from == null ? "" : from;
      to = to == null ? "" : to;
      Checks.require(
          !isPattern(name) || from.isEmpty() && to.isEmpty(),
          "name",
          "must be that of one queue where there is from or to, not a pattern");
      if (prefetch != null) {
        Checks.between("prefetch", prefetch, 1, 100_000);
      }
      if (messages != null) {
        Checks.between("messages", messages, 1, 10_000_000);
      }
      if (size != null) {
        Checks.between("size", size, 128, 1L << 40);
      }
      if (age != null) {
        Checks.positive("age", age);
      }
      if (answerTimeout != null) {
        Checks.positive("answer-timeout", answerTimeout);
      }
      if (tries != null) {
        Checks.between("tries", tries, 1, 1000);
      }
      Checks.require(!name.equals(deadLetter), "dead-letter", "must be another queue");
    }

    /** Whether it is a rule for all queues whose names match. */
    public boolean isPattern() {
      return isPattern(name);
    }

    private static boolean isPattern(String name) {
      List<String> words = List.of(name.split("\\.", -1));
      return words.contains("*") || words.contains("#");
    }
  }
}
