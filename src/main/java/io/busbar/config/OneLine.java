package io.busbar.config;

import java.util.Locale;

/**
 * The protection of the log against foreign text: it cannot start a new line, colour the terminal
 * or change the direction of writing.
 */
public final class OneLine {
  private OneLine() {}

  /** Returns the text with a Java escape for each character that has no visible form. */
  public static String of(String text) {
    int clean = 0;
    while (clean < text.length() && !hides(text.charAt(clean))) {
      clean++;
    }
    if (clean == text.length()) {
      return text;
    }
    StringBuilder line = new StringBuilder(text.length() + 16).append(text, 0, clean);
    for (int i = clean; i < text.length(); i++) {
      escape(text.charAt(i), line);
    }
    return line.toString();
  }

  private static boolean hides(char character) {
    return switch (Character.getType(character)) {
      case Character.CONTROL,
          Character.FORMAT,
          Character.LINE_SEPARATOR,
          Character.PARAGRAPH_SEPARATOR ->
          true;
      default -> false;
    };
  }

  private static void escape(char character, StringBuilder line) {
    switch (character) {
      case '\n' -> line.append("\\n");
      case '\r' -> line.append("\\r");
      case '\t' -> line.append("\\t");
      default -> {
        if (hides(character)) {
          line.append(String.format(Locale.ROOT, "\\u%04x", (int) character));
        } else {
          line.append(character);
        }
      }
    }
  }
}
