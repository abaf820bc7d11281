package io.busbar.selector;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The pattern of a LIKE: % is any text, _ is one character. Matching goes back to the last % only.
 * So it needs at most as many steps as the pattern's length times the text's. A regular expression
 * may need billions. Immutable.
 */
final class LikePattern {
  private static final int ANY_TEXT = -1;
  private static final int ANY_CHARACTER = -2;

  private final int[] steps;

  private LikePattern(int[] steps) {
    this.steps = steps;
  }

  /**
   * Reads a pattern.
   *
   * @param escape the text after ESCAPE; null for none
   */
  static LikePattern of(String pattern, @Nullable String escape) {
    if (escape != null && escape.codePointCount(0, escape.length()) != 1) {
      throw new IllegalArgumentException("ESCAPE is followed by a text of one character");
    }
    int escaping = escape == null ? ANY_TEXT : escape.codePointAt(0);
    int[] written = pattern.codePoints().toArray();
    int[] steps = new int[written.length];
    int count = 0;
    for (int i = 0; i < written.length; i++) {
      int c = written[i];
      if (c == escaping) {
        i++;
        if (i == written.length || written[i] != '%' && written[i] != '_' && written[i] != c) {
          throw new IllegalArgumentException(
              "an escape character in LIKE is followed by %, _ or itself");
        }
        steps[count++] = written[i];
      } else {
        steps[count++] = c == '%' ? ANY_TEXT : c == '_' ? ANY_CHARACTER : c;
      }
    }
    return new LikePattern(Arrays.copyOf(steps, count));
  }

  boolean matches(String text) {
    int at = 0;
    int step = 0;
    int retryStep = -1;
    int retryAt = 0;
    while (at < text.length()) {
      int c = text.charAt(at);
      if (Character.isHighSurrogate((char) c)) {
        c = text.codePointAt(at);
      }
      if (step < steps.length && steps[step] == ANY_TEXT) {
        retryStep = ++step;
        retryAt = at;
      } else if (step < steps.length && (steps[step] == c || steps[step] == ANY_CHARACTER)) {
        step++;
        at += Character.charCount(c);
      } else if (retryStep >= 0) {
        step = retryStep;
        retryAt += Character.charCount(text.codePointAt(retryAt));
        at = retryAt;
      } else {
        return false;
      }
    }
    while (step < steps.length && steps[step] == ANY_TEXT) {
      step++;
    }
    return step == steps.length;
  }
}
