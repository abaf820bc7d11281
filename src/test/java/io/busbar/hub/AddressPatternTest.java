package io.busbar.hub;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Tests of address patterns: what they match, cover and overlap. */
final class AddressPatternTest {
  @ParameterizedTest
  @CsvSource({
    "chat.room, chat.room, true",
    "chat.room, chat.rooms, false",
    "public.*, public.a, true",
    "public.*, public.a.b, false",
    "public.*, public, false",
    "public.*, public., false",
    "public.*, xpublic.a, false",
    "*.a, b.a, true",
    "#, anything.at.all, true",
    "orders.#, orders, true",
    "orders.#, orders.a.b.c, true",
    "orders.#, order, false",
    "#.end, end, true",
    "#.end, a.b.end, true",
    "#.end, a.b.end.c, false",
    "a.#.z, a.z, true",
    "a.#.z, a.b.c.z, true",
    "a.#.z, a.b.c, false",
    "a.#.b.#.c, a.x.b.y.b.z.c, true",
    "a.#.b.#.c, a.x.c.y.c, false",
    "a*b, a*b, true",
    "a*b, axb, false",
    "stocks.#., stocks.A, false",
  })
  void patternMatchesWords(String pattern, String address, boolean matches) {
    assertThat(AddressPattern.of(pattern).matches(address)).isEqualTo(matches);
  }

  @Test
  void regularExpressionsAreNotInterpreted() {
    assertThat(AddressPattern.of("a+").matches("aa")).isFalse();
    assertThat(AddressPattern.of("a.c").matches("abc")).isFalse();
  }

  @Test
  void patternOfManyHashesDoesNotExplode() {
    AddressPattern pattern = AddressPattern.of("#.a.".repeat(500) + "b");
    assertThat(pattern.matches("a.".repeat(5000) + "c")).isFalse();
  }

  @Test
  void patternIsDistinguishedFromAnAddress() {
    assertThat(AddressPattern.isPattern("a.*")).isTrue();
    assertThat(AddressPattern.isPattern("a.#.b")).isTrue();
    assertThat(AddressPattern.isPattern("a*.b#")).isFalse();
  }
}
