package io.busbar.feature;

import java.text.Normalizer;
import java.util.Locale;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A nickname that the chat may show. Immutable.
 *
 * @param shown the nickname as the user typed it, without the white space around it; 1 to 30
 *     characters
 * @param key the same for all nicknames that look the same: Unicode's NFKC, without case
 */
record Nickname(String shown, String key) {
  static final int MOST_CHARACTERS = 30;

  private static final Pattern SPACE_AROUND = Pattern.compile("^[\\s\\p{Z}]+|[\\s\\p{Z}]+$");
  private static final Pattern SPACES = Pattern.compile("[\\s\\p{Z}]+");

  /**
   * Control, format and private-use characters, lone surrogates, line ends, and letters that show
   * nothing.
   */
  private static final Pattern UNPRINTABLE =
      Pattern.compile(
          "[\\p{Cc}\\p{Cf}\\p{Cs}\\p{Co}\\p{Zl}\\p{Zp}"
              + "\\u034F\\u115F\\u1160\\u17B4\\u17B5\\u2800\\u3164\\uFFA0]");

  /**
   * These characters choose between two pictures of one sign, so they must not make two nicknames.
   */
  private static final Pattern VARIATION_SELECTORS = Pattern.compile("[\\uFE00-\\uFE0F]");

  /**
   * Returns the nickname that somebody typed.
   *
   * @param typed null is the same as empty
   * @throws Refusal if it is empty, too long or unprintable
   */
  static Nickname of(@Nullable String typed) {
    String shown = typed == null ? "" : SPACE_AROUND.matcher(typed).replaceAll("");
    if (shown.codePointCount(0, shown.length()) > MOST_CHARACTERS) {
      throw Refusal.longNickname(MOST_CHARACTERS);
    }
    if (UNPRINTABLE.matcher(shown).find()) {
      throw Refusal.unprintableNickname();
    }
    String key = key(shown);
    if (key.isEmpty()) {
      throw Refusal.emptyNickname();
    }
    return new Nickname(shown, key);
  }

  private static String key(String shown) {
    String plain = VARIATION_SELECTORS.matcher(nfkc(shown)).replaceAll("");
    String caseless = nfkc(plain.toUpperCase(Locale.ROOT).toLowerCase(Locale.ROOT));
    return SPACES.matcher(caseless).replaceAll(" ").strip();
  }

  private static String nfkc(String text) {
    return Normalizer.normalize(text, Normalizer.Form.NFKC);
  }
}
