package io.busbar.queue;

import io.busbar.config.QueuesConfig;
import io.busbar.config.QueuesConfig.Overflow;
import io.busbar.config.QueuesConfig.Rule;
import io.busbar.config.QueuesConfig.Store;
import io.busbar.hub.AddressPattern;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What holds for each queue: the first rule whose name fits, and the defaults. Any thread may ask.
 */
final class QueueRules {
  /** What the names of the gateway's own queues begin with; no client speaks of them. */
  static final String OURS = "busbar.";

  /** Queues that live no longer than the session that reads them. */
  static final String TEMPORARY = OURS + "temp.";

  /** Queues behind topics. */
  static final String DURABLE = OURS + "durable.";

  /**
   * What holds for one queue.
   *
   * @param isNamed whether a rule names this very queue
   * @param to the address that is asked for each message; empty for none
   * @param deadLetter the queue of its dead letters; empty for none
   * @param buriesExpired whether what expires becomes a dead letter
   */
  record Settings(
      boolean isNamed,
      String to,
      int prefetch,
      int messages,
      long bytes,
      long ageMillis,
      Overflow overflow,
      long answerMillis,
      int tries,
      String deadLetter,
      boolean buriesExpired,
      Store store) {}

  private record Named(AddressPattern name, Rule rule) {}

  private static final Rule NONE =
      new Rule("#", "", "", null, null, null, null, null, null, null, null, null);

  private final QueuesConfig config;
  private volatile List<Named> rules;

  QueueRules(QueuesConfig config) {
    this.config = config;
    become(config.rules());
  }

  /** From now on these are the rules. */
  void become(List<Rule> all) {
    rules = all.stream().map(rule -> new Named(AddressPattern.of(rule.name()), rule)).toList();
  }

  /** What holds where no rule says something else. */
  QueuesConfig config() {
    return config;
  }

  /** Those that name one queue. */
  Stream<Rule> named() {
    return rules.stream().map(Named::rule).filter(rule -> !rule.isPattern());
  }

  Settings of(String queue) {
    Rule rule =
        rules.stream()
            .filter(each -> each.name().matches(queue))
            .map(Named::rule)
            .findFirst()
            .orElse(NONE);
    String deadLetter = deadLetter(queue, rule);
    return new Settings(
        !rule.isPattern(),
        rule.to(),
        or(rule.prefetch(), config.prefetch()),
        or(rule.messages(), config.messages()),
        or(rule.size(), config.size()).bytes(),
        or(rule.age(), config.age()).toMillis(),
        or(rule.overflow(), config.overflow()),
        or(rule.answerTimeout(), config.answerTimeout()).toMillis(),
        or(rule.tries(), config.tries()),
        deadLetter,
        rule.deadLetter() != null && !deadLetter.isEmpty(),
        or(rule.store(), config.store()));
  }

  private String deadLetter(String queue, Rule rule) {
    String name = or(rule.deadLetter(), config.deadLetter()).replace("{name}", queue);
    return name.equals(queue) || queue.startsWith(TEMPORARY) ? "" : name;
  }

  private static <T> T or(@Nullable T ruled, T usual) {
    return ruled == null ? usual : ruled;
  }
}
