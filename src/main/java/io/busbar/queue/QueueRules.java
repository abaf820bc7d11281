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
 * The settings of each queue: the first rule whose name matches, and the defaults. Any thread may
 * use it.
 */
final class QueueRules {
  /** Prefix of the gateway's own queues. Clients cannot name them. */
  static final String OURS = "busbar.";

  /** Prefix of temporary queues, which live as long as the session that reads them. */
  static final String TEMPORARY = OURS + "temp.";

  /** Prefix of the queues of durable subscriptions. */
  static final String DURABLE = OURS + "durable.";

  /**
   * The settings of one queue.
   *
   * @param isNamed whether a rule names exactly this queue
   * @param to the address that gets each message in a request; empty for none
   * @param deadLetter the queue of its dead letters; empty for none
   * @param buriesExpired whether an expired message becomes a dead letter
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

  /** Replaces the rules. */
  void become(List<Rule> all) {
    rules = all.stream().map(rule -> new Named(AddressPattern.of(rule.name()), rule)).toList();
  }

  /** The values for queues whose rule does not set them. */
  QueuesConfig config() {
    return config;
  }

  /** The rules that name one queue. */
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
