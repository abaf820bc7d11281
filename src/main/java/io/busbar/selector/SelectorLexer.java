package io.busbar.selector;

import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Splits a selector into its words, numbers, texts and signs. Used by one thread, once. */
final class SelectorLexer {
  /** The most characters of a number. A longer header is not a number. */
  static final int MOST_DIGITS = 64;

  private static final int SHOWN = 20;
  private static final String LARGEST = String.valueOf(Long.MAX_VALUE);
  private static final Set<String> KEYWORDS =
      Set.of(
          "NOT", "AND", "OR", "BETWEEN", "LIKE", "ESCAPE", "IN", "IS", "NULL", "TRUE", "FALSE",
          "XPATH", "XQUERY");

  enum Kind {
    KEYWORD,
    NAME,
    TEXT,
    NUMBER,
    SIGN,
    END
  }

  /**
   * One piece of a selector.
   *
   * @param text a keyword in upper case, a sign, a name, or a text without its quotes
   * @param number the value of a number; null otherwise
   * @param written the text that the client wrote
   */
  record Token(Kind kind, String text, @Nullable Number number, String written) {
    boolean is(String keywordOrSign) {
      return (kind == Kind.KEYWORD || kind == Kind.SIGN) && text.equals(keywordOrSign);
    }

    /** The token as an error text names it. */
    @Override
    public String toString() {
      if (kind == Kind.END) {
        return "the end";
      }
      String shown = written.length() > SHOWN ? written.substring(0, SHOWN) + "..." : written;
      return shown.replaceAll("\\p{Cntrl}", " ");
    }
  }

  private final String selector;
  private int at;

  SelectorLexer(String selector) {
    this.selector = selector;
  }

  Token next() {
    while (at < selector.length() && Character.isWhitespace(selector.charAt(at))) {
      at++;
    }
    int start = at;
    if (start == selector.length()) {
      return new Token(Kind.END, "", null, "");
    }
    char first = selector.charAt(start);
    if (first == '\'') {
      return new Token(
          Kind.TEXT,
          quoted('\'', "text that begins with a single quote ends with one"),
          null,
          from(start));
    }
    if (first == '"') {
      String name = quoted('"', "a name that begins with a double quote ends with one");
      if (name.isEmpty()) {
        throw new IllegalArgumentException("there is no name between two double quotes");
      }
      return new Token(Kind.NAME, name, null, from(start));
    }
    if (isDigit(first) || first == '.' && start + 1 < selector.length() && isDigit(peek(1))) {
      return number(start);
    }
    return Character.isJavaIdentifierStart(first) ? word(start) : sign(start);
  }

  private String from(int start) {
    return selector.substring(start, at);
  }

  private char peek(int ahead) {
    return at + ahead < selector.length() ? selector.charAt(at + ahead) : ' ';
  }

  private String quoted(char quote, String rule) {
    StringBuilder inside = new StringBuilder();
    for (at++; at < selector.length(); at++) {
      char c = selector.charAt(at);
      if (c == quote) {
        at++;
        if (peek(0) != quote) {
          return inside.toString();
        }
      }
      inside.append(c);
    }
    throw new IllegalArgumentException(rule);
  }

  private Token number(int start) {
    int end = endOfNumber(selector, start);
    Number value = end - start > MOST_DIGITS ? null : read(selector, start, end);
    at = "lLdDfF".indexOf(end < selector.length() ? selector.charAt(end) : ' ') < 0 ? end : end + 1;
    if (isNamePart(peek(0))) {
      at++;
      throw new IllegalArgumentException(from(start) + " is neither a number nor a name");
    }
    if (value == null) {
      throw new IllegalArgumentException("a number is too large or too long");
    }
    return new Token(Kind.NUMBER, "", value, from(start));
  }

  private Token word(int start) {
    while (isNamePart(peek(0)) || (peek(0) == '-' || peek(0) == '.') && isNamePart(peek(1))) {
      at++;
    }
    String word = from(start);
    String keyword = word.toUpperCase(Locale.ROOT);
    return KEYWORDS.contains(keyword)
        ? new Token(Kind.KEYWORD, keyword, null, word)
        : new Token(Kind.NAME, word, null, word);
  }

  private Token sign(int start) {
    char first = peek(0);
    boolean two =
        first == '<' && (peek(1) == '>' || peek(1) == '=') || first == '>' && peek(1) == '=';
    at += two ? 2 : 1;
    if ("=<>(),+-*/".indexOf(first) < 0) {
      String shown =
          Character.isLetterOrDigit(first) || first > ' ' && first < 127 ? " " + first : "";
      throw new IllegalArgumentException("a selector has no such character" + shown);
    }
    return new Token(Kind.SIGN, from(start), null, from(start));
  }

  private static boolean isNamePart(char c) {
    return Character.isJavaIdentifierPart(c) && !Character.isIdentifierIgnorable(c);
  }

  private static boolean isDigit(char c) {
    return c >= '0' && c <= '9';
  }

  /** The number that the text is; null if it is not a number. */
  static @Nullable Number number(String text) {
    int length = text.length();
    if (length == 0 || length > MOST_DIGITS) {
      return null;
    }
    char first = text.charAt(0);
    int start = first == '-' || first == '+' ? 1 : 0;
    boolean all = length > start && endOfNumber(text, start) == length;
    return all ? read(text, 0, length) : null;
  }

  /** A Long for a whole number that fits, otherwise a Double. Null if it is too large. */
  private static @Nullable Number read(String text, int start, int end) {
    char first = text.charAt(start);
    int digits = first == '-' || first == '+' ? start + 1 : start;
    if (endOfDigits(text, digits) == end && end - digits <= LARGEST.length()) {
      boolean fits =
          end - digits < LARGEST.length() || text.substring(digits, end).compareTo(LARGEST) <= 0;
      if (fits) {
        return Long.parseLong(text, start, end, 10);
      }
    }
    double value = Double.parseDouble(text.substring(start, end));
    return Double.isFinite(value) ? (Number) value : null;
  }

  /** The end of the number that begins at start. Returns start if there is no number. */
  private static int endOfNumber(String text, int start) {
    int whole = endOfDigits(text, start);
    int end = whole;
    if (end < text.length() && text.charAt(end) == '.') {
      end = endOfDigits(text, end + 1);
      if (whole == start && end == start + 1) {
        return start;
      }
    }
    if (end > start && end < text.length() && (text.charAt(end) | ' ') == 'e') {
      int sign = end + 1;
      boolean signed =
          sign < text.length() && (text.charAt(sign) == '-' || text.charAt(sign) == '+');
      int digits = signed ? sign + 1 : sign;
      int last = endOfDigits(text, digits);
      return last > digits ? last : end;
    }
    return end;
  }

  private static int endOfDigits(String text, int start) {
    int end = start;
    while (end < text.length() && isDigit(text.charAt(end))) {
      end++;
    }
    return end;
  }
}
