package io.busbar.protocol;

import io.vertx.core.json.Json;

/** JSON text that is well-formed, whatever strings are in it. */
public final class SafeJson {
  private static final int ROOM = 16;

  private SafeJson() {}

  /** The text of a value. Half of a surrogate pair, which UTF-8 cannot have, is escaped. */
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

  /** Where the next half of a pair is; -1 if nowhere. */
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
