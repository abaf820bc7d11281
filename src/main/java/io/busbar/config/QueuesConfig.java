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
 * The configuration of queues. Each message goes to one consumer, and is stored until that
 * acknowledges it. The values for one queue apply where no rule says otherwise.
 *
 * @param totalSize bytes of all queues that live on this node; 0 for a quarter of the heap. In a
 *     cluster it is an eighth, because each message is in Hazelcast, too
 * @param userSize bytes that one user, or one address of clients without a login, holds there
 * @param count number of queues that live on a node at once
 * @param userCount number of these that one user, or one address of clients without a login,
 *     created
 * @param durableSubscriptions number of durable subscriptions of one user at once
 * @param sync how long a write to the disk may wait for others, to share one fsync; 0 joins the
 *     writes that came during the last fsync
 * @param prefetch number of unacknowledged messages of a consumer that names no number
 * @param messages number of messages that a queue stores
 * @param size size of a queue's messages together with their headers
 * @param age age at which a message is dropped, or becomes a dead letter where a rule says so
 * @param answerTimeout a message that is not acknowledged within this time is given back
 * @param tries number of tries after which a message goes to the dead-letter queue
 * @param deadLetter name of the dead-letter queue, with {@code {name}} for the queue itself; empty
 *     to drop messages
 * @param rules the first rule with a matching name counts
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
   * Returns the limit of the bytes of all queues of a node.
   *
   * @param heap size of the node's heap in bytes
   */
  public long totalBytes(long heap, boolean clustered) {
    return totalSize.bytes() > 0
        ? totalSize.bytes()
        : heap / (clustered ? SHARE_OF_A_HEAP_IN_A_CLUSTER : SHARE_OF_A_HEAP);
  }

  /** Returns this configuration with rules that count before all others. */
  QueuesConfig with(List<Rule> first) {
    return ruled(first, rules);
  }

  /** Returns this configuration with rules that count after all others. */
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

  /** Returns whether a queue is stored on disk. */
  public boolean isOnDisk() {
    return store == Store.DISK || rules.stream().anyMatch(rule -> rule.store() == Store.DISK);
  }

  /**
   * Checks that no two rules take from one address, and that no rule gives to itself, even through
   * others.
   */
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

  /** The place where a queue's messages are stored. */
  public enum Store {
    /** In memory: lost with the node, except in a cluster, where two nodes have each message. */
    MEMORY,
    /** On disk, for a node without a cluster. */
    DISK
  }

  /** The policy for a message to a full queue. */
  public enum Overflow {
    /** The sender gets an error. */
    ERROR,
    /** The message replaces the oldest one, which becomes a dead letter. */
    DROP_OLDEST
  }

  /**
   * A rule for one queue, or for all with a matching name. Null stands for the general value.
   *
   * @param name name of the queue, or a pattern where there is neither from nor to
   * @param from messages to this address go into the queue; empty for none
   * @param to this address gets each message as a request; empty for none
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

    /** Returns whether it is a rule for all queues with a matching name. */
    public boolean isPattern() {
      return isPattern(name);
    }

    private static boolean isPattern(String name) {
      List<String> words = List.of(name.split("\\.", -1));
      return words.contains("*") || words.contains("#");
    }
  }
}
