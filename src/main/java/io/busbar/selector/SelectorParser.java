package io.busbar.selector;

import io.busbar.selector.Expression.Comparison;
import io.busbar.selector.Expression.Kind;
import io.busbar.selector.SelectorLexer.Token;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;

/**
 * Reads one selector by recursive descent. A bad selector is an {@link IllegalArgumentException}
 * with one sentence. Used by one thread, once.
 *
 * <pre>
 * either    = both { OR both }
 * both      = negation { AND negation }
 * negation  = NOT negation | predicate
 * predicate = sum [ compare sum | [ NOT ] BETWEEN sum AND sum | [ NOT ] IN ( text { , text } )
 *           | [ NOT ] LIKE text [ ESCAPE text ] | IS [ NOT ] NULL ]
 * sum       = product { ( + | - ) product }
 * product   = factor { ( * | / ) factor }
 * factor    = ( + | - ) factor | value
 * value     = name | text | number | TRUE | FALSE | ( either )
 * </pre>
 */
final class SelectorParser {
  /** How deep parentheses, NOT and signs may be nested. */
  static final int MOST_NESTED = 32;

  /** The most names, texts and numbers, without those in the lists after IN. */
  static final int MOST_VALUES = 100;

  /**
   * The most characters in all LIKE patterns together. Each may be compared with every character of
   * a header.
   */
  static final int MOST_PATTERN = 128;

  private final SelectorLexer lexer;
  private Token token;
  private int nested;
  private int values;
  private int pattern;

  SelectorParser(String selector) {
    this.lexer = new SelectorLexer(selector);
    this.token = lexer.next();
  }

  Expression parse() {
    require(
        token.kind() != SelectorLexer.Kind.END,
        "a selector is a condition, such as color = 'red', and this one is empty");
    Expression whole = either();
    if (token.kind() != SelectorLexer.Kind.END) {
      throw new IllegalArgumentException(
          "only AND, OR or the end may come after a condition, not " + token);
    }
    return whole.asCondition("a selector");
  }

  private Expression either() {
    Expression first = both();
    if (!token.is("OR")) {
      return first;
    }
    List<Expression> parts = new ArrayList<>(List.of(first.asCondition("OR")));
    while (take("OR")) {
      parts.add(both().asCondition("OR"));
    }
    return Expression.anyOf(parts);
  }

  private Expression both() {
    Expression first = negation();
    if (!token.is("AND")) {
      return first;
    }
    List<Expression> parts = new ArrayList<>(List.of(first.asCondition("AND")));
    while (take("AND")) {
      parts.add(negation().asCondition("AND"));
    }
    return Expression.allOf(parts);
  }

  private Expression negation() {
    if (!take("NOT")) {
      return predicate();
    }
    nest();
    Expression negated = negation().asCondition("NOT").not();
    nested--;
    return negated;
  }

  private Expression predicate() {
    Expression left = sum();
    Comparison comparison = Comparison.of(token);
    if (comparison != null) {
      advance();
      return left.compare(comparison, sum());
    }
    if (take("IS")) {
      boolean not = take("NOT");
      expect("NULL", "IS is followed by NULL or NOT NULL");
      return negatedIf(not, left.isNull());
    }
    boolean not = take("NOT");
    if (take("BETWEEN")) {
      Expression low = sum();
      expect("AND", "BETWEEN has two bounds with AND between them");
      return negatedIf(not, left.between(low, sum()));
    }
    if (take("IN")) {
      return negatedIf(not, left.in(list()));
    }
    if (take("LIKE")) {
      return negatedIf(not, left.like(like()));
    }
    require(!not, "NOT stands before a condition, or before BETWEEN, IN or LIKE");
    return left;
  }

  private static Expression negatedIf(boolean not, Expression condition) {
    return not ? condition.not() : condition;
  }

  private Set<String> list() {
    String rule = "IN is followed by texts in parentheses, with commas between them";
    expect("(", rule);
    Set<String> texts = new HashSet<>();
    do {
      texts.add(text(rule));
    } while (take(","));
    expect(")", rule);
    return texts;
  }

  private LikePattern like() {
    String like = text("LIKE is followed by a text");
    pattern += like.length();
    require(
        pattern <= MOST_PATTERN,
        "all LIKE patterns of a selector have at most " + MOST_PATTERN + " characters");
    String escape = take("ESCAPE") ? text("ESCAPE is followed by a text of one character") : null;
    return LikePattern.of(like, escape);
  }

  private Expression sum() {
    Expression left = product();
    while (token.is("+") || token.is("-")) {
      char operator = advance().text().charAt(0);
      left = left.calculate(operator, product());
    }
    return left;
  }

  private Expression product() {
    Expression left = factor();
    while (token.is("*") || token.is("/")) {
      char operator = advance().text().charAt(0);
      left = left.calculate(operator, factor());
    }
    return left;
  }

  private Expression factor() {
    if (!token.is("-") && !token.is("+")) {
      return value();
    }
    nest();
    Expression zero = Expression.constant(Kind.NUMBER, 0L);
    Expression signed = zero.calculate(advance().text().charAt(0), factor());
    nested--;
    return signed;
  }

  private Expression value() {
    Token read = advance();
    if (read.is("(")) {
      nest();
      Expression inside = either();
      expect(")", "a parenthesis that is opened is closed");
      nested--;
      return inside;
    }
    require(++values <= MOST_VALUES, "a selector has at most " + MOST_VALUES + " values");
    switch (read.kind()) {
      case NAME:
        return Expression.header(read.text());
      case TEXT:
        return Expression.constant(Kind.TEXT, read.text());
      case NUMBER:
        return Expression.constant(Kind.NUMBER, Objects.requireNonNull(read.number()));
      default:
        break;
    }
    if (read.is("TRUE") || read.is("FALSE")) {
      return Expression.constant(Kind.CONDITION, read.is("TRUE"));
    }
    require(!read.is("NULL"), "NULL stands only after IS and IS NOT");
    require(!read.is("XPATH") && !read.is("XQUERY"), "a selector has no XPATH and no XQUERY");
    throw new IllegalArgumentException("a header or a value is missing before " + read);
  }

  private void nest() {
    require(++nested <= MOST_NESTED, "a selector is nested at most " + MOST_NESTED + " deep");
  }

  private String text(String rule) {
    require(token.kind() == SelectorLexer.Kind.TEXT, rule);
    return advance().text();
  }

  private Token advance() {
    Token read = token;
    token = lexer.next();
    return read;
  }

  private boolean take(String keywordOrSign) {
    boolean there = token.is(keywordOrSign);
    if (there) {
      advance();
    }
    return there;
  }

  private void expect(String keywordOrSign, String rule) {
    require(take(keywordOrSign), rule);
  }

  private static void require(boolean kept, String rule) {
    if (!kept) {
      throw new IllegalArgumentException(rule);
    }
  }
}
