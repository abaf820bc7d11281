package io.busbar.selector;

import io.busbar.hub.Filter;
import io.vertx.core.MultiMap;
import org.jspecify.annotations.Nullable;

/**
 * A condition on the headers of a message, in the language of JMS message selectors. That is a part
 * of SQL-92: {@code color = 'red' AND (price > 100 OR urgent)}. Immutable; any thread may use it.
 *
 * <ul>
 *   <li>AND, OR, NOT; = &lt;&gt; &lt; &lt;= &gt; &gt;=; + - * /; BETWEEN, IN, LIKE with % and _ and
 *       ESCAPE, IS NULL, IS NOT NULL; TRUE and FALSE. Keywords may be in any case.
 *   <li>Text stands in single quotes; a quote in it is written twice. Text is compared with = and
 *       &lt;&gt; only. Numbers are 1, 1.5, 1e3 and 10L.
 *   <li>A header is named as it is, with hyphens and dots in the name: {@code content-type =
 *       'text/html'}. So {@code a-b} is one header and {@code a - b} a subtraction. Any other name
 *       stands in double quotes: {@code "in" = 1}. Upper and lower case are the same.
 *   <li>A header's value is text. Compared with a number, it counts as a number. Compared with TRUE
 *       or FALSE, or alone, it counts as TRUE or FALSE. If its text cannot be read that way, the
 *       comparison is false, and arithmetic has no result. Two headers are equal if their texts or
 *       their numbers are.
 *   <li>A condition on a missing header is neither true nor false but unknown, and so is NOT of it.
 *       A division by zero is unknown, too. Unknown does not match.
 *   <li>LIKE of a header of more than 512 characters is unknown.
 *   <li>There is no XPATH and no XQUERY.
 * </ul>
 */
public final class Selector implements Filter {
  /** The most characters of a selector. */
  static final int MOST_CHARACTERS = 4096;

  private final String text;
  private final Expression condition;

  private Selector(String text, Expression condition) {
    this.text = text;
    this.condition = condition;
  }

  /**
   * Reads a selector.
   *
   * @throws IllegalArgumentException with one sentence that says what is wrong with the text
   */
  public static Selector parse(String text) {
    if (text.length() > MOST_CHARACTERS) {
      throw new IllegalArgumentException(
          "a selector has at most " + MOST_CHARACTERS + " characters");
    }
    return new Selector(text, new SelectorParser(text).parse());
  }

  /**
   * Whether the condition is true for these headers.
   *
   * @param headers null for none
   */
  public boolean matches(@Nullable MultiMap headers) {
    return condition.value(headers) == Boolean.TRUE;
  }

  @Override
  public boolean accepts(@Nullable MultiMap headers) {
    return matches(headers);
  }

  /** The selector as it was written. */
  public String text() {
    return text;
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof Selector that && text.equals(that.text);
  }

  @Override
  public int hashCode() {
    return text.hashCode();
  }

  @Override
  public String toString() {
    return text;
  }
}
