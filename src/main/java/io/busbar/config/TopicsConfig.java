package io.busbar.config;

import java.util.List;
import java.util.regex.Pattern;

/**
 * A path for clients of the topic bus: the topic {@code a/b} is the address {@code a.b} after the
 * prefix.
 *
 * @param prefix words with a dot after each, such as {@code topics.}; empty for none
 * @param auth whether only logged-in clients may connect; null for yes
 * @param subscribe what a client hears, within its rights: patterns after the prefix; null for all
 */
public record TopicsConfig(
    String path,
    @MayBeAbsent String prefix,
    @MayBeAbsent Boolean auth,
    @MayBeAbsent List<String> subscribe) {
  private static final int MOST_PATTERNS = 100;
  private static final Pattern PATTERN = Pattern.compile("[^./\\s]+(\\.[^./\\s]+)*");
  private static final Pattern PREFIX = Pattern.compile("([^.*#/\\s]+\\.)*");

  public TopicsConfig {
    Checks.path("path", path);
    prefix = prefix == null ? "" : prefix;
    auth = auth == null || auth;
    subscribe = subscribe == null ? List.of("#") : List.copyOf(subscribe);
    boolean words = PREFIX.matcher(prefix).matches();
    Checks.require(words, "prefix", "must be words with a dot behind each, like topics.");
    boolean some = !subscribe.isEmpty() && subscribe.size() <= MOST_PATTERNS;
    Checks.require(some, "subscribe", "must have from 1 to " + MOST_PATTERNS + " patterns");
    for (int i = 0; i < subscribe.size(); i++) {
      boolean pattern = PATTERN.matcher(subscribe.get(i)).matches();
      Checks.require(
          pattern, "subscribe[" + i + "]", "must be a pattern of addresses, like node.#");
    }
  }

  /** Returns the path that is on by default. */
  static TopicsConfig shipped() {
    return new TopicsConfig("/topics", "topics.", false, List.of("#"));
  }
}
