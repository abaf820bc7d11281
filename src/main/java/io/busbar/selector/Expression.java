package io.busbar.selector;

import io.busbar.selector.SelectorLexer.Token;
import io.vertx.core.MultiMap;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A part of a selector, with the kind of its value: a Boolean, a Long or Double, or a String. Null
 * is the unknown of SQL. Immutable; any thread may use it. Kinds that do not go together are an
 * {@link IllegalArgumentException} with one sentence, when the selector is read.
 */
record Expression(Kind kind, Function<MultiMap, Object> evaluation) {
  /** The most characters of a header that LIKE reads. For a longer header it is unknown. */
  static final int MOST_LIKED = 512;

  /** What is known of a value before there is a message. */
  enum Kind {
    HEADER("a header"),
    TEXT("text"),
    NUMBER("a number"),
    CONDITION("a condition");

    private final String words;

    Kind(String words) {
      this.words = words;
    }
  }

  /** The operators that compare. */
  enum Comparison {
    EQUAL("="),
    UNEQUAL("<>"),
    LESS("<"),
    LESS_OR_EQUAL("<="),
    GREATER(">"),
    GREATER_OR_EQUAL(">=");

    private final String sign;

    Comparison(String sign) {
      this.sign = sign;
    }

    /** The operator of the token; null for none. */
    static @Nullable Comparison of(Token token) {
      for (Comparison each : values()) {
        if (token.is(each.sign)) {
          return each;
        }
      }
      return null;
    }

    boolean isOrder() {
      return this != EQUAL && this != UNEQUAL;
    }

    private boolean holds(int order) {
      return switch (this) {
        case EQUAL -> order == 0;
        case UNEQUAL -> order != 0;
        case LESS -> order < 0;
        case LESS_OR_EQUAL -> order <= 0;
        case GREATER -> order > 0;
        case GREATER_OR_EQUAL -> order >= 0;
      };
    }
  }

  static Expression header(String name) {
    return new Expression(Kind.HEADER, headers -> headers == null ? null : headers.get(name));
  }

  static Expression constant(Kind kind, Object value) {
    return new Expression(kind, headers -> value);
  }

  private static Expression condition(Function<MultiMap, Object> evaluation) {
    return new Expression(Kind.CONDITION, evaluation);
  }

  Object value(@Nullable MultiMap headers) {
    return evaluation.apply(headers);
  }

  /** True if all are true, false if one is false. */
  static Expression allOf(List<Expression> conditions) {
    return decidedBy(Boolean.FALSE, conditions);
  }

  /** True if one is true, false if all are false. */
  static Expression anyOf(List<Expression> conditions) {
    return decidedBy(Boolean.TRUE, conditions);
  }

  private static Expression decidedBy(Boolean decisive, List<Expression> conditions) {
    Expression[] parts = conditions.toArray(Expression[]::new);
    return condition(
        headers -> {
          Object result = !decisive;
          for (Expression part : parts) {
            Object value = part.value(headers);
            if (value == decisive) {
              return decisive;
            }
            result = value == null ? null : result;
          }
          return result;
        });
  }

  Expression not() {
    return condition(
        headers -> {
          Object value = value(headers);
          return value == null ? null : value == Boolean.FALSE;
        });
  }

  /**
   * The expression as a condition. A header becomes one that is true if its text is TRUE.
   *
   * @param who the operator that needs the condition, for the error text
   */
  Expression asCondition(String who) {
    if (kind == Kind.HEADER) {
      return compare(Comparison.EQUAL, constant(Kind.CONDITION, true));
    }
    require(
        kind == Kind.CONDITION,
        who + " needs conditions, such as color = 'red', not " + kind.words);
    return this;
  }

  Expression compare(Comparison comparison, Expression other) {
    Kind as = kind == Kind.HEADER ? other.kind : kind;
    require(
        as == other.kind || other.kind == Kind.HEADER,
        kind.words + " is not compared with " + other.kind.words);
    require(
        !comparison.isOrder() || as == Kind.NUMBER || as == Kind.HEADER,
        as.words + " is compared with = and <> only");
    if (comparison == Comparison.UNEQUAL) {
      return compare(Comparison.EQUAL, other).not();
    }
    return condition(
        headers -> {
          Object left = value(headers);
          Object right = left == null ? null : other.value(headers);
          if (left == null || right == null) {
            return null;
          }
          return switch (as) {
            case TEXT -> left.equals(right);
            case CONDITION -> truth(left) == truth(right);
            case NUMBER -> holds(comparison, left, right);
            case HEADER ->
                !comparison.isOrder() && left.equals(right) || holds(comparison, left, right);
          };
        });
  }

  private static int truth(Object value) {
    if (value instanceof Boolean known) {
      return known ? 1 : 0;
    }
    String text = (String) value;
    return text.equalsIgnoreCase("true") ? 1 : text.equalsIgnoreCase("false") ? 0 : -1;
  }

  private static boolean holds(Comparison comparison, Object left, Object right) {
    Number a = number(left);
    Number b = a == null ? null : number(right);
    return a != null && b != null && comparison.holds(order(a, b));
  }

  private static int order(Number a, Number b) {
    if (a instanceof Long && b instanceof Long) {
      return Long.compare(a.longValue(), b.longValue());
    }
    double x = a.doubleValue();
    double y = b.doubleValue();
    return x < y ? -1 : x > y ? 1 : 0;
  }

  private static @Nullable Number number(Object value) {
    return value instanceof Number known ? known : SelectorLexer.number((String) value);
  }

  Expression between(Expression low, Expression high) {
    return allOf(
        List.of(
            compare(Comparison.GREATER_OR_EQUAL, low), compare(Comparison.LESS_OR_EQUAL, high)));
  }

  Expression isNull() {
    requireHeader("IS");
    return condition(headers -> value(headers) == null);
  }

  Expression in(Set<String> texts) {
    requireHeader("IN");
    return condition(
        headers -> {
          Object value = value(headers);
          return value == null ? null : texts.contains(value);
        });
  }

  Expression like(LikePattern pattern) {
    requireHeader("LIKE");
    return condition(
        headers -> {
          Object value = value(headers);
          return value instanceof String text && text.length() <= MOST_LIKED
              ? pattern.matches(text)
              : null;
        });
  }

  /** One of + - * /. Unknown if there is no finite result. */
  Expression calculate(char operator, Expression other) {
    requireNumber();
    other.requireNumber();
    return new Expression(
        Kind.NUMBER,
        headers -> {
          Object left = value(headers);
          Object right = left == null ? null : other.value(headers);
          return left == null || right == null
              ? null
              : calculate(operator, number(left), number(right));
        });
  }

  /** Exact if both are whole and the result fits; 7 / 2 is 3.5. */
  private static @Nullable Number calculate(char operator, @Nullable Number a, @Nullable Number b) {
    if (a == null || b == null) {
      return null;
    }
    double x = a.doubleValue();
    double y = b.doubleValue();
    double result =
        switch (operator) {
          case '+' -> x + y;
          case '-' -> x - y;
          case '*' -> x * y;
          default -> x / y;
        };
    if (a instanceof Long && b instanceof Long && operator != '/' && Math.abs(result) < 0x1p62) {
      long m = a.longValue();
      long n = b.longValue();
      return operator == '+' ? m + n : operator == '-' ? m - n : m * n;
    }
    return Double.isFinite(result) ? (Number) result : null;
  }

  private void requireHeader(String who) {
    require(
        kind == Kind.HEADER, who + " stands after the name of a header, not after " + kind.words);
  }

  private void requireNumber() {
    require(kind == Kind.HEADER || kind == Kind.NUMBER, "nobody can calculate with " + kind.words);
  }

  private static void require(boolean kept, String rule) {
    if (!kept) {
      throw new IllegalArgumentException(rule);
    }
  }
}
