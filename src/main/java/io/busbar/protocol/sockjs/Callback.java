package io.busbar.protocol.sockjs;

import java.nio.charset.StandardCharsets;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** The JavaScript function of the page that receives the frames (SockJS 0.3.3, "HtmlFile"). */
final class Callback {
  private static final Pattern ALLOWED = Pattern.compile("[a-zA-Z0-9_.-]{1,256}");
  private static final byte[] LESS_THAN = "\\u003c".getBytes(StandardCharsets.US_ASCII);

  private Callback() {}

  /** Returns the error in the name; null for a valid name. */
  static @Nullable String fault(@Nullable String name) {
    if (name == null || name.isEmpty()) {
      return "\"callback\" parameter required";
    }
    return ALLOWED.matcher(name).matches() ? null : "invalid \"callback\" parameter";
  }

  /**
   * Returns the frame as the content of a JavaScript string inside an HTML page. Each {@code <} is
   * escaped, because otherwise it could end the script.
   */
  static byte[] quote(byte[] frame) {
    int extra = 0;
    for (byte next : frame) {
      extra += extra(next);
    }
    if (extra == 0) {
      return frame;
    }
    byte[] quoted = new byte[frame.length + extra];
    int size = 0;
    for (byte next : frame) {
      if (next == '<') {
        System.arraycopy(LESS_THAN, 0, quoted, size, LESS_THAN.length);
        size += LESS_THAN.length;
      } else {
        if (extra(next) == 1) {
          quoted[size++] = '\\';
        }
        quoted[size++] = next;
      }
    }
    return quoted;
  }

  private static int extra(byte next) {
    if (next == '<') {
      return LESS_THAN.length - 1;
    }
    return next == '"' || next == '\\' ? 1 : 0;
  }
}
