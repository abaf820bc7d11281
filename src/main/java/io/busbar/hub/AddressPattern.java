package io.busbar.hub;

/**
 * An address, or a pattern of addresses. An address is words between dots; in a pattern {@code *}
 * stands for exactly one word and {@code #} for any number of them, none included.
 */
public final class AddressPattern {
  private final String text;
  private final String[] words;
  private final boolean wild;

  private AddressPattern(String text) {
    this.text = text;
    this.words = text.split("\\.", -1);
    this.wild = isPattern(text);
  }

  public static AddressPattern of(String text) {
    return new AddressPattern(text);
  }

  /** Whether a word of the text is {@code *} or {@code #}. */
  public static boolean isPattern(String text) {
    for (String word : text.split("\\.", -1)) {
      if (word.equals("*") || word.equals("#")) {
        return true;
      }
    }
    return false;
  }

  public boolean matches(String address) {
    return wild ? matches(address.split("\\.", -1)) : text.equals(address);
  }

  /**
   * Whether every address that the other one matches is matched by this one, too. Says no where it
   * cannot tell: {@code *.#} does not cover {@code #.*}.
   */
  public boolean covers(String other) {
    return isPattern(other) ? wild && matches(other.split("\\.", -1)) : matches(other);
  }

  /**
   * Walks both lists once; at a mismatch the last {@code #} takes one word more. Time is bounded by
   * the product of the two lengths, whatever a client sends.
   */
  private boolean matches(String[] address) {
    int at = 0;
    int word = 0;
    int lastHash = -1;
    int hashAt = 0;
    while (at < address.length) {
      if (word < words.length && words[word].equals("#")) {
        lastHash = word++;
        hashAt = at;
      } else if (word < words.length && fits(words[word], address[at])) {
        word++;
        at++;
      } else if (lastHash >= 0) {
        word = lastHash + 1;
        at = ++hashAt;
      } else {
        return false;
      }
    }
    while (word < words.length && words[word].equals("#")) {
      word++;
    }
    return word == words.length;
  }

  private static boolean fits(String pattern, String word) {
    return pattern.equals("*") ? !word.isEmpty() && !word.equals("#") : pattern.equals(word);
  }

  @Override
  public String toString() {
    return text;
  }
}
