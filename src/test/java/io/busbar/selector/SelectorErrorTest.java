package io.busbar.selector;

import static io.busbar.selector.TestSelectors.HEADERS;
import static io.busbar.selector.TestSelectors.wrong;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What is said of text that is no selector. */
final class SelectorErrorTest {
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
  void invalidSelectorIsAClearError(String selector, String rule) {
    assertThat(wrong(selector)).isEqualTo(rule);
  }

  @Test
  void longWordsAreCutAndControlCharactersNotRepeated() {
    assertThat(wrong("a " + "b".repeat(4000))).endsWith("not " + "b".repeat(20) + "...");
    assertThat(wrong("a 'x\r\n'")).endsWith("not 'x  '");
    assertThat(wrong("a = \0")).isEqualTo("a selector has no such character");
  }

  /** Whatever is written, it is taken, and then answers, or is refused in a sentence of ours. */
  @Test
  void randomInputIsAcceptedOrRefusedInPlainWords() {
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
  void nullIsNotASelector() {
    assertThatThrownBy(() -> Selector.parse(null)).isInstanceOf(NullPointerException.class);
  }
}
