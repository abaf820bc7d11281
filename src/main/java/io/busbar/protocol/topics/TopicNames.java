package io.busbar.protocol.topics;

import org.jspecify.annotations.Nullable;

/**
 * The mapping between topics and addresses: {@code a/b} is {@code a.b} after the prefix. A part of
 * a topic is exactly a word of an address. Each topic has at most one address, and each address at
 * most one topic.
 *
 * @param prefix words with a dot after each; empty for none
 */
record TopicNames(String prefix) {
  private static final String NOT_IN_TOPICS = ".*#";

  /**
   * Returns the address of a topic.
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

  /** Returns the topic of an address; null for none. */
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

  /** Returns a pattern in the form of topics, for messages to people. */
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
