package io.busbar.selector;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vertx.core.MultiMap;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Tests the language of selectors, as JMS describes it, on headers that are text. */
final class SelectorTest {
  private static final MultiMap HEADERS =
      MultiMap.caseInsensitiveMultiMap()
          .add("color", "red")
          .add("price", "100.25")
          .add("count", "5")
          .add("five", "5.0")
          .add("negative", "-1")
          .add("large", "9007199254740993")
          .add("urgent", "True")
          .add("quiet", "false")
          .add("content-type", "text/html")
          .add("app.name", "chat")
          .add("in", "keyword")
          .add("quote", "it's 100%_")
          .add("smile", "a\uD83D\uDE00b")
          .add("empty", "");

  private static boolean matches(String selector) {
    return Selector.parse(selector).matches(HEADERS);
  }

  private static String wrong(String selector) {
    try {
      Selector.parse(selector);
    } catch (IllegalArgumentException e) {
      return e.getMessage();
    }
    throw new AssertionError(selector + " was taken");
  }

  /** True for the headers above; NOT of it is false. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        // NOT binds closer than AND, AND closer than OR, and comparisons closer than all of them
        "TRUE OR TRUE AND FALSE",
        "NOT FALSE AND TRUE",
        "NOT (FALSE AND TRUE)",
        "NOT color = 'blue'",
        "NOT NOT color = 'red'",
        "NOT color = 'blue' AND count = 5",
        "color = 'blue' AND FALSE OR count = 5",
        "(color = 'blue' OR TRUE) AND (count = 5)",
        // comparisons
        "color = 'red'",
        "'red' = color",
        "color <> 'blue'",
        "color <> 'Red'",
        "count < 6 AND count <= 5 AND count > 4 AND count >= 5 AND count <> 6",
        "4 < count",
        "price > 100",
        "price = 100.25",
        "count = 5.0 AND five = 5",
        "count = five",
        "count <= five AND count >= five AND price > count",
        "color = color",
        "large = 9007199254740993",
        "large <> 9007199254740992",
        "COLOR = 'red'",
        "color='red'and\tcount\n=5",
        "empty = ''",
        "(color = 'red') = TRUE",
        "(color = 'red') <> (color = 'blue')",
        // text is not a number, so the comparison is false
        "NOT color = 1",
        "color <> 1",
        "NOT color > 1",
        "NOT color BETWEEN 1 AND 2",
        "NOT empty = 0",
        // BETWEEN, IN, LIKE
        "count BETWEEN 5 AND 5",
        "count BETWEEN count - 1 AND count + 1",
        "count NOT BETWEEN 6 AND 7",
        "count not between 1 and 4 and color = 'red'",
        "color IN ('red')",
        "color IN ('blue', 'red')",
        "color NOT IN ('blue', 'green')",
        "count IN ('5')",
        "color LIKE 'red'",
        "color LIKE 'r%'",
        "color LIKE '%d'",
        "color LIKE '%e%'",
        "color LIKE '%'",
        "color LIKE '%%red%%'",
        "color LIKE '_e_'",
        "color LIKE '_%d'",
        "color NOT LIKE '_'",
        "color NOT LIKE 'R%'",
        "color NOT LIKE 're'",
        "color NOT LIKE '____'",
        "empty LIKE '%' AND empty LIKE ''",
        "empty NOT LIKE '_'",
        "quote LIKE '%100!%!_' ESCAPE '!'",
        "quote LIKE '%100\\%\\_' ESCAPE '\\'",
        "quote NOT LIKE '%10!%%' ESCAPE '!'",
        "smile LIKE 'a_b'",
        "app.name LIKE 'c.*' OR app.name = 'chat'",
        "app.name NOT LIKE 'c.*'",
        // NULL
        "missing IS NULL",
        "color IS NOT NULL",
        "NOT color IS NULL",
        "empty IS NOT NULL",
        // arithmetic
        "count + 1 = 6",
        "1 + 2 * 3 = 7",
        "(1 + 2) * 3 = 9",
        "10 - 3 - 2 = 5",
        "12 / 3 / 2 = 2",
        "7 / 2 = 3.5",
        "-count = -5",
        "- - count = 5",
        "+count = 5",
        "-count + 6 = 1",
        "2 * -3 = -6",
        "negative = -1",
        "-negative = 1",
        "price * 4 = 401",
        "large + 1 = 9007199254740994",
        "9223372036854775807 + 1 > 9223372036854770000",
        // numbers, booleans, text, words
        "1e3 = 1000 AND 1.5E-1 = .15 AND 10L = 10 AND 10l = 10.0 AND 5. = 5",
        "-1 < 0 AND 007 = 7 AND 2d = 2 AND 1.5F = 1.5",
        "true",
        "True AND tRuE",
        "NOT false",
        "urgent",
        "urgent = TRUE AND TRUE = urgent",
        "urgent AND NOT quiet",
        "quiet = false",
        "urgent <> FALSE",
        "NOT color",
        "quote LIKE 'it''s%'",
        "'it''s' <> color",
        "color Is Not Null aNd Not quiet",
        // names
        "content-type = 'text/html'",
        "Content-Type LIKE 'text/%'",
        "app.name = 'chat'",
        "count - 4 = 1",
        "count -4 = 1",
        "\"content-type\" = 'text/html'",
        "\"in\" = 'keyword'",
        "\"xpath\" IS NULL",
        "\"a \"\"b\" IS NULL",
        "count-5 IS NULL",
      })
  void isTrue(String selector) {
    assertThat(matches(selector)).isTrue();
    assertThat(matches("NOT (" + selector + ")")).isFalse();
  }

  /** Neither true nor false, so NOT of it does not match. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "missing = 1",
        "1 = missing",
        "missing <> 1",
        "1 <> missing",
        "missing = 'red'",
        "missing = color",
        "missing = missing",
        "missing <> another",
        "missing < 1",
        "missing",
        "missing = TRUE",
        "missing BETWEEN 1 AND 2",
        "count BETWEEN missing AND 9",
        "count NOT BETWEEN 1 AND missing",
        "missing IN ('a')",
        "missing NOT IN ('a')",
        "missing LIKE '%'",
        "missing NOT LIKE '%'",
        "missing + 1 = 1",
        "-missing = 1",
        "color + 1 > 0",
        "-color < 0",
        "missing = 1 AND TRUE",
        "missing = 1 OR FALSE",
        "missing = 1 OR another = 2",
        "(missing = 1) = TRUE",
        "1 / 0 > 0",
        "1 / 0 = 1 / 0",
        "1.0 / 0 > 0",
        "0 / 0 = 0",
        "count / (five - 5) > 0",
        "1e308 * 10 > 0",
      })
  void isUnknown(String selector) {
    assertThat(matches(selector)).isFalse();
    assertThat(matches("NOT (" + selector + ")")).isFalse();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "missing = 1 OR TRUE",
        "TRUE OR missing = 1",
        "NOT (missing = 1 AND FALSE)",
        "NOT (FALSE AND missing = 1)",
        "color + 1 > 0 OR color = 'red'",
        "1 / 0 > 0 OR color = 'red'",
      })
  void whatIsUnknownDoesNotSpoilWhatIsDecided(String selector) {
    assertThat(matches(selector)).isTrue();
  }

  @Test
  void withoutHeadersAllOfThemAreMissing() {
    assertThat(Selector.parse("color IS NULL").matches(null)).isTrue();
    assertThat(Selector.parse("color = 'red'").matches(null)).isFalse();
    assertThat(Selector.parse("NOT color = 'red'").matches(null)).isFalse();
    assertThat(Selector.parse("1 = 1").accepts(null)).isTrue();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "0x10",
        "1d",
        "5L",
        " 5",
        "5 ",
        "NaN",
        "Infinity",
        "-Infinity",
        "1e999",
        "--5",
        "+",
        "-",
        ".",
        "",
        "e5",
        "1e",
        "5,0",
        "\u0665"
      })
  void onlyPlainNumbersReadAsOne(String header) {
    MultiMap headers = MultiMap.caseInsensitiveMultiMap().add("x", header);
    assertThat(Selector.parse("x <= 0 OR x >= 0").matches(headers)).isFalse();
    assertThat(Selector.parse("x + 0 = x + 0").matches(headers)).isFalse();
  }

  @ParameterizedTest
  @ValueSource(strings = {"5", "+5", "5.", "5.0", "0.5e1", "5E0", "50e-1", "005"})
  void allPlainNumbersReadAsOne(String header) {
    MultiMap headers = MultiMap.caseInsensitiveMultiMap().add("x", header);
    assertThat(Selector.parse("x = 5").matches(headers)).isTrue();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "``|a selector is a condition, such as color = 'red', and this one is empty",
        "` \t`|a selector is a condition, such as color = 'red', and this one is empty",
        "color =|a header or a value is missing before the end",
        "= 'red'|a header or a value is missing before =",
        "color == 'red'|a header or a value is missing before =",
        "color = 'red' AND|a header or a value is missing before the end",
        "a AND OR b|a header or a value is missing before OR",
        "color 'red'|only AND, OR or the end may come after a condition, not 'red'",
        "a = 1 b = 2|only AND, OR or the end may come after a condition, not b",
        "a = 1)|only AND, OR or the end may come after a condition, not )",
        "(a = 'x') = 'y'|a condition is not compared with text",
        "a < 1 < 2|only AND, OR or the end may come after a condition, not <",
        "(a = 1|a parenthesis that is opened is closed",
        "color = 'red|text that begins with a single quote ends with one",
        "\"color = 'red'|a name that begins with a double quote ends with one",
        "\"\" = 1|there is no name between two double quotes",
        "a != 1|a selector has no such character !",
        "a = #|a selector has no such character #",
        "a = 12abc|12a is neither a number nor a name",
        "a = 1e|1e is neither a number nor a name",
        "a = 0x1F|0x is neither a number nor a name",
        "a = 1e999|a number is too large or too long",
        "a = NULL|NULL stands only after IS and IS NOT",
        "a IS 5|IS is followed by NULL or NOT NULL",
        "a IS NOT TRUE|IS is followed by NULL or NOT NULL",
        "5 IS NULL|IS stands after the name of a header, not after a number",
        "a NOT = 5|NOT stands before a condition, or before BETWEEN, IN or LIKE",
        "a = NOT b|a header or a value is missing before NOT",
        "a BETWEEN 1|BETWEEN has two bounds with AND between them",
        "a BETWEEN 1 OR 2|BETWEEN has two bounds with AND between them",
        "a BETWEEN 'x' AND 'y'|text is compared with = and <> only",
        "a IN ()|IN is followed by texts in parentheses, with commas between them",
        "a IN (1)|IN is followed by texts in parentheses, with commas between them",
        "a IN 'x'|IN is followed by texts in parentheses, with commas between them",
        "a IN ('x' 'y')|IN is followed by texts in parentheses, with commas between them",
        "a IN ('x',)|IN is followed by texts in parentheses, with commas between them",
        "'x' IN ('x')|IN stands after the name of a header, not after text",
        "a LIKE 5|LIKE is followed by a text",
        "a LIKE b|LIKE is followed by a text",
        "'x' LIKE 'x'|LIKE stands after the name of a header, not after text",
        "a LIKE 'x' ESCAPE|ESCAPE is followed by a text of one character",
        "a LIKE 'x' ESCAPE ''|ESCAPE is followed by a text of one character",
        "a LIKE 'x' ESCAPE '!!'|ESCAPE is followed by a text of one character",
        "a LIKE 'x!' ESCAPE '!'|an escape character in LIKE is followed by %, _ or itself",
        "a LIKE '!x' ESCAPE '!'|an escape character in LIKE is followed by %, _ or itself",
        "a < 'x'|text is compared with = and <> only",
        "TRUE > FALSE|a condition is compared with = and <> only",
        "1 = 'x'|a number is not compared with text",
        "TRUE = 1|a condition is not compared with a number",
        "a + 'x' = 1|nobody can calculate with text",
        "-(a = 1) = 1|nobody can calculate with a condition",
        "5|a selector needs conditions, such as color = 'red', not a number",
        "'x'|a selector needs conditions, such as color = 'red', not text",
        "a + 1|a selector needs conditions, such as color = 'red', not a number",
        "a AND 5|AND needs conditions, such as color = 'red', not a number",
        "'x' OR a|OR needs conditions, such as color = 'red', not text",
        "NOT 'x'|NOT needs conditions, such as color = 'red', not text",
        "XPATH '//a'|a selector has no XPATH and no XQUERY",
        "xquery 'a'|a selector has no XPATH and no XQUERY",
        "a = 1 OR Xpath '//a'|a selector has no XPATH and no XQUERY",
      })
  void whatIsWrongIsNamed(String selector, String rule) {
    assertThat(wrong(selector)).isEqualTo(rule);
  }

  @Test
  void longWordsAreCutAndControlCharactersNotRepeated() {
    assertThat(wrong("a " + "b".repeat(4000))).endsWith("not " + "b".repeat(20) + "...");
    assertThat(wrong("a 'x\r\n'")).endsWith("not 'x  '");
    assertThat(wrong("a = \0")).isEqualTo("a selector has no such character");
  }

  @Test
  void aSelectorHasABoundedLength() {
    String longest = "a = '" + "x".repeat(4090) + "'";
    assertThat(Selector.parse(longest).text()).hasSize(4096);
    assertThat(wrong(longest + " ")).isEqualTo("a selector has at most 4096 characters");
    assertThat(wrong("a = " + "1".repeat(65))).isEqualTo("a number is too large or too long");
  }

  @ParameterizedTest
  @ValueSource(strings = {"(", "NOT ", "-", "+", "- +", "(NOT ", "a = (", "1 + (", "NOT (- ("})
  void aSelectorIsNestedToABoundedDepth(String opening) {
    String nested = opening.repeat(4000 / opening.length());
    assertThat(wrong(nested)).isEqualTo("a selector is nested at most 32 deep");
  }

  @Test
  void nestingUpToTheBoundIsTaken() {
    assertThat(matches("(".repeat(32) + "TRUE" + ")".repeat(32))).isTrue();
    assertThat(matches("NOT ".repeat(32) + "TRUE")).isTrue();
    assertThat(matches("-".repeat(32) + "count = 5")).isTrue();
    assertThat(matches("(count = 5) AND ".repeat(40) + "TRUE")).isTrue();
  }

  @Test
  void aSelectorHasABoundedNumberOfValues() {
    assertThat(matches("1 + ".repeat(98) + "1 = 99")).isTrue();
    String tooMany = "a selector has at most 100 values";
    assertThat(wrong("1 + ".repeat(99) + "1 = 100")).isEqualTo(tooMany);
    assertThat(wrong("a OR ".repeat(800) + "a")).isEqualTo(tooMany);
    String listed = "color IN (" + "'x',".repeat(1000) + "'red')";
    assertThat(matches(listed)).isTrue();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"%a%a%a%a%a%a%a%a%b", "%aaaaaaaaaaaaaaaaaaaaaaaaab", "%_a_a_a_a_a_a_a_b", "LONG"})
  @Timeout(20)
  void noPatternTakesLong(String pattern) {
    String hostile = pattern.equals("LONG") ? "%" + "a".repeat(126) + "b" : pattern;
    Selector selector = Selector.parse("x LIKE '" + hostile + "'");
    MultiMap headers = MultiMap.caseInsensitiveMultiMap().add("x", "a".repeat(512));
    long began = System.nanoTime();
    for (int i = 0; i < 1000; i++) {
      assertThat(selector.matches(headers)).isFalse();
    }
    assertThat(TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - began)).isLessThan(5_000);
  }

  @Test
  void patternsAndWhatTheyAreHeldAgainstAreBounded() {
    String rule = "all LIKE patterns of a selector have at most 128 characters";
    assertThat(wrong("x LIKE '" + "a".repeat(129) + "'")).isEqualTo(rule);
    String two = "x LIKE '%" + "a".repeat(100) + "' OR x LIKE '%" + "b".repeat(100) + "'";
    assertThat(wrong(two)).isEqualTo(rule);
    MultiMap headers = MultiMap.caseInsensitiveMultiMap().add("x", "a".repeat(513));
    assertThat(Selector.parse("x LIKE '%'").matches(headers)).isFalse();
    assertThat(Selector.parse("x NOT LIKE 'b'").matches(headers)).isFalse();
    assertThat(Selector.parse("x <> 'b'").matches(headers)).isTrue();
  }

  @Test
  void equalTextsAreEqualSelectors() {
    Selector selector = Selector.parse("color = 'red'");
    assertThat(selector)
        .isEqualTo(Selector.parse("color = 'red'"))
        .hasSameHashCodeAs(Selector.parse("color = 'red'"))
        .hasToString("color = 'red'")
        .isNotEqualTo(Selector.parse("color = 'blue'"));
  }

  /** Any text is either accepted and evaluated, or refused with a sentence of ours. */
  @Test
  void garbageIsNeverAnythingButRefused() {
    String[] pieces = {
      "(",
      ")",
      ",",
      "=",
      "<>",
      "<",
      ">=",
      "+",
      "-",
      "*",
      "/",
      "NOT",
      "AND",
      "OR",
      "BETWEEN",
      "LIKE",
      "IN",
      "IS",
      "NULL",
      "ESCAPE",
      "TRUE",
      "FALSE",
      "XPATH",
      "color",
      "price",
      "missing",
      "'red'",
      "'a%_'",
      "'!'",
      "1",
      "2.5",
      "1e3",
      "10L",
      "99999999999999999999",
      "\"in\"",
      "'",
      "\"",
      ".",
      "e",
      "\0",
      "\uD83D",
      "%",
      "a-b",
      "a.",
      "a-",
      ";",
      "--"
    };
    Random random = new Random(42);
    int taken = 0;
    for (int i = 0; i < 200_000; i++) {
      StringBuilder soup = new StringBuilder();
      for (int left = 1 + random.nextInt(12); left > 0; left--) {
        soup.append(pieces[random.nextInt(pieces.length)])
            .append(random.nextInt(4) == 0 ? "" : " ");
      }
      try {
        Selector.parse(soup.toString()).matches(HEADERS);
        taken++;
      } catch (IllegalArgumentException e) {
        assertThat(e).as(soup.toString()).isExactlyInstanceOf(IllegalArgumentException.class);
        assertThat(e.getMessage()).doesNotContain("java.", "Exception", "\0");
      }
    }
    assertThat(taken).isGreaterThan(100);
  }

  @Test
  void nothingIsNoSelector() {
    assertThatThrownBy(() -> Selector.parse(null)).isInstanceOf(NullPointerException.class);
  }
}
