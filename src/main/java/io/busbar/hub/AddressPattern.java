package io.busbar.hub;

/**
 * An address, or a pattern of addresses. An address is words between dots. In a pattern {@code *}
 * stands for exactly one word and {@code #} for any number of words, also none. Immutable.
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

  /** Returns whether a word of the text is {@code *} or {@code #}. */
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
   * Returns whether this pattern matches every address that the other one matches. Returns false
   * where it cannot tell: {@code *.#} does not cover {@code #.*}.
   */
  public boolean covers(String other) {
    return isPattern(other) ? wild && matches(other.split("\\.", -1)) : matches(other);
  }

  /** Returns whether there is an address that both match. */
  public boolean overlaps(AddressPattern other) {
    boolean[] next = new boolean[other.words.length + 1];
    for (int i = words.length; i >= 0; i--) {
      boolean[] row = new boolean[other.words.length + 1];
      for (int j = other.words.length; j >= 0; j--) {
        row[j] = meet(this, i, other, j, row, next);
      }
      next = row;
    }
    return next[0];
  }

  /**
   * Returns whether the rest of both from there on has a common address; {@code next} has the
   * results for i + 1.
   */
  private static boolean meet(
      AddressPattern one, int i, AddressPattern other, int j, boolean[] row, boolean[] next) {
    boolean oneEnds = i == one.words.length;
    boolean otherEnds = j == other.words.length;
    if (oneEnds && otherEnds) {
      return true;
    }
    boolean oneHash = !oneEnds && one.words[i].equals("#");
    boolean otherHash = !otherEnds && other.words[j].equals("#");
    if (oneHash && (next[j] || (!otherEnds && row[j + 1]))) {
      return true;
    }
    if (otherHash && (row[j + 1] || (!oneEnds && next[j]))) {
      return true;
    }
    return !oneEnds
        && !otherEnds
        && !oneHash
        && !otherHash
        && (fits(one.words[i], other.words[j]) || fits(other.words[j], one.words[i]))
        && next[j + 1];
  }

  /**
   * Walks both lists once; at a mismatch the last {@code #} takes one word more. The product of the
   * two lengths bounds the time, whatever a client sends.
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
