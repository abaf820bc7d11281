package io.busbar.feature;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.NullSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Tests which nicknames are valid, and which look the same. */
class NicknameTest {
  @Test
  void surroundingSpaceIsNotShown() {
    assertThat(Nickname.of(" \u00A0 Ann  Lee \n").shown()).isEqualTo("Ann  Lee");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "STRASSE",
        "straße",
        "Straße",
        "\uFF33\uFF34\uFF32\uFF21\uFF33\uFF33\uFF25",
        "stra\u017F\u017Fe"
      })
  void namesThatLookAlikeHaveOneKey(String name) {
    assertThat(Nickname.of(name).key()).isEqualTo("strasse");
  }

  @Test
  void differentlyEncodedAccentsHaveOneKey() {
    assertThat(Nickname.of("Ren\u00E9").key()).isEqualTo(Nickname.of("Rene\u0301").key());
  }

  @Test
  void differentSpacesHaveOneKey() {
    assertThat(Nickname.of("Ann\u2003\u00A0Lee").key()).isEqualTo(Nickname.of("ann lee").key());
  }

  @Test
  void differentNamesHaveDifferentKeys() {
    assertThat(Nickname.of("Ann").key()).isNotEqualTo(Nickname.of("Anne").key());
  }

  @ParameterizedTest
  @NullSource
  @ValueSource(strings = {"", "   ", "\t\n", "\u00A0\u2003\u3000", "\uFE0F"})
  void emptyNicknameIsRefused(String name) {
    assertThatThrownBy(() -> Nickname.of(name))
        .isInstanceOf(Refusal.class)
        .hasMessage("a nickname must not be empty: /nick NAME");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "a\u0000b",
        "a\tb",
        "a\nb",
        "\u007Fab",
        "a\u0085b",
        "a\u200Bb",
        "a\u202Eb",
        "a\u2028b",
        "a\uD800b",
        "a\uE000b",
        "\u3164",
        "a\u2800"
      })
  void controlAndInvisibleCharactersAreRefused(String name) {
    assertThatThrownBy(() -> Nickname.of(name))
        .isInstanceOf(Refusal.class)
        .hasMessage("a nickname must not have control or invisible characters");
  }

  @Test
  void nicknameHasAtMostThirtyCharacters() {
    assertThat(Nickname.of("\uD83D\uDE00".repeat(30)).shown()).hasSize(60);
    assertThatThrownBy(() -> Nickname.of("a".repeat(31)))
        .hasMessage("a nickname has at most 30 characters");
  }
}
