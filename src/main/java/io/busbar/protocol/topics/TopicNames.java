package io.busbar.protocol.topics;

import org.jspecify.annotations.Nullable;

/**
 * Which topic is which address: {@code a/b} is {@code a.b} behind the prefix. A part of a topic is
 * a word of an address, letter by letter, so there is one topic for an address and one address for
 * a topic, or none.
 *
 * @param prefix words with a dot behind each; empty for none
 */
record TopicNames(String prefix) {
  private static final String NOT_IN_TOPICS = ".*#";

  /**
   * The address of a topic.
   *
   * @throws TopicsException where there is none
   */
  String address(String topic) throws TopicsException {
    if (!hasWholeParts(topic, '/')) {
      throw new TopicsException("a topic has no empty part");
    }
    for (int i = 0; i < NOT_IN_TOPICS.length(); i++) {
      char one = NOT_IN_TOPICS.charAt(i);
      if (topic.indexOf(one) >= 0) {
        throw new TopicsException("a topic has no " + one + " in it");
      }
    }
    return prefix + topic.replace('/', '.');
  }

  /** The topic of an address; null where there is none. */
  @Nullable String topic(String address) {
    if (!address.startsWith(prefix)) {
      return null;
    }
    String words = address.substring(prefix.length());
    boolean possible =
        hasWholeParts(words, '.')
            && words.indexOf('/') < 0
            && words.indexOf('*') < 0
            && words.indexOf('#') < 0;
    return possible ? words.replace('.', '/') : null;
  }

  /** What a pattern is called in topics, for people. */
  String topics(String pattern) {
    return pattern.substring(prefix.length()).replace('.', '/');
  }

  private static boolean hasWholeParts(String text, char between) {
    char before = between;
    for (int i = 0; i < text.length(); i++) {
      char one = text.charAt(i);
      if (one == between && before == between) {
        return false;
      }
      before = one;
    }
    return before != between;
  }
}
