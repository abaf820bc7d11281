package io.busbar.selector;

import static io.busbar.selector.TestSelectors.matches;
import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.MultiMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Tests the language of selectors, as JMS describes it, on headers that are text. */
final class SelectorTest {
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
  void selectorIsTrue(String selector) {
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
  void selectorIsUnknown(String selector) {
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
  void unknownPartDoesNotAffectADecidedOne(String selector) {
    assertThat(matches(selector)).isTrue();
  }

  @Test
  void selectorWithoutHeadersSeesAllAsMissing() {
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
  void otherTextIsNotANumber(String header) {
    MultiMap headers = MultiMap.caseInsensitiveMultiMap().add("x", header);
    assertThat(Selector.parse("x <= 0 OR x >= 0").matches(headers)).isFalse();
    assertThat(Selector.parse("x + 0 = x + 0").matches(headers)).isFalse();
  }

  @ParameterizedTest
  @ValueSource(strings = {"5", "+5", "5.", "5.0", "0.5e1", "5E0", "50e-1", "005"})
  void plainNumbersAreNumbers(String header) {
    MultiMap headers = MultiMap.caseInsensitiveMultiMap().add("x", header);
    assertThat(Selector.parse("x = 5").matches(headers)).isTrue();
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
}
