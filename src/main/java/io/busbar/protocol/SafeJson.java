package io.busbar.protocol;

import io.vertx.core.json.Json;

/** The writer of JSON text that is well-formed for any strings. */
public final class SafeJson {
  private static final int ROOM = 16;

  private SafeJson() {}

  /**
   * Returns the text of a value. Half of a surrogate pair is escaped, because UTF-8 cannot have it.
   */
  public static String write(Object value) {
    String text = Json.encode(value);
    int half = half(text, 0);
    if (half < 0) {
      return text;
    }
    StringBuilder out = new StringBuilder(text.length() + ROOM);
    int from = 0;
    while (half >= 0) {
      out.append(text, from, half).append("\\u").append(Integer.toHexString(text.charAt(half)));
      from = half + 1;
      half = half(text, from);
    }
    return out.append(text, from, text.length()).toString();
  }

  /** Returns the index of the next half of a pair; -1 for none. */
  private static int half(String text, int from) {
    for (int at = from; at < text.length(); at++) {
      char one = text.charAt(at);
      if (Character.isSurrogate(one)) {
        boolean isPair =
            at + 1 < text.length() && Character.isSurrogatePair(one, text.charAt(at + 1));
        if (!isPair) {
          return at;
        }
        at++;
      }
    }
    return -1;
  }
}
