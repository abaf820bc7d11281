package io.busbar.selector;

import static io.busbar.selector.TestSelectors.matches;
import static io.busbar.selector.TestSelectors.wrong;
import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.MultiMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** How long, how deep and how costly a selector may be. */
final class SelectorBoundsTest {
  @Test
  void selectorLengthIsBounded() {
    String longest = "a = '" + "x".repeat(4090) + "'";
    assertThat(Selector.parse(longest).text()).hasSize(4096);
    assertThat(wrong(longest + " ")).isEqualTo("a selector has at most 4096 characters");
    assertThat(wrong("a = " + "1".repeat(65))).isEqualTo("a number is too large or too long");
  }

  @ParameterizedTest
  @ValueSource(strings = {"(", "NOT ", "-", "+", "- +", "(NOT ", "a = (", "1 + (", "NOT (- ("})
  void selectorNestingIsBounded(String opening) {
    String nested = opening.repeat(4000 / opening.length());
    assertThat(wrong(nested)).isEqualTo("a selector is nested at most 32 deep");
  }

  @Test
  void nestingUpToTheBoundIsAccepted() {
    assertThat(matches("(".repeat(32) + "TRUE" + ")".repeat(32))).isTrue();
    assertThat(matches("NOT ".repeat(32) + "TRUE")).isTrue();
    assertThat(matches("-".repeat(32) + "count = 5")).isTrue();
    assertThat(matches("(count = 5) AND ".repeat(40) + "TRUE")).isTrue();
  }

  @Test
  void numberOfValuesIsBounded() {
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
  void hostilePatternDoesNotTakeLong(String pattern) {
    String hostile = pattern.equals("LONG") ? "%" + "a".repeat(126) + "b" : pattern;
    Selector selector = Selector.parse("x LIKE '" + hostile + "'");
    MultiMap headers = MultiMap.caseInsensitiveMultiMap().add("x", "a".repeat(512));
    for (int i = 0; i < 1000; i++) {
      assertThat(selector.matches(headers)).isFalse();
    }
  }

  @Test
  void patternsAndMatchedValuesAreBounded() {
    String rule = "all LIKE patterns of a selector have at most 128 characters";
    assertThat(wrong("x LIKE '" + "a".repeat(129) + "'")).isEqualTo(rule);
    String two = "x LIKE '%" + "a".repeat(100) + "' OR x LIKE '%" + "b".repeat(100) + "'";
    assertThat(wrong(two)).isEqualTo(rule);
    MultiMap headers = MultiMap.caseInsensitiveMultiMap().add("x", "a".repeat(513));
    assertThat(Selector.parse("x LIKE '%'").matches(headers)).isFalse();
    assertThat(Selector.parse("x NOT LIKE 'b'").matches(headers)).isFalse();
    assertThat(Selector.parse("x <> 'b'").matches(headers)).isTrue();
  }
}
