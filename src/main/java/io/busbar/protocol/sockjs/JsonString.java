package io.busbar.protocol.sockjs;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * The content of a JSON string as UTF-8. It escapes what JSON requires and what some browsers
 * corrupt (SockJS 0.3.3, "JSON Unicode Encoding"). Those are U+200C to U+200F, U+2028 to U+202F,
 * U+2060 to U+206F, U+FFF0 to U+FFFF, and characters outside the BMP, as two surrogates. Used by
 * one thread.
 */
final class JsonString {
  private static final byte[] HEX = "0123456789abcdef".getBytes(StandardCharsets.US_ASCII);
  private static final int LONGEST_ESCAPE = 12;

  /** Whether a byte may start a character that has to be escaped. */
  private static final boolean[] SUSPICIOUS = new boolean[256];

  /** The letter after the backslash in a short escape; 0 for none. */
  private static final byte[] SHORT = new byte[128];

  static {
    Arrays.fill(SUSPICIOUS, 0, 0x20, true);
    Arrays.fill(SUSPICIOUS, 0xF0, 0x100, true);
    SUSPICIOUS['"'] = true;
    SUSPICIOUS['\\'] = true;
    SUSPICIOUS[0xE2] = true;
    SUSPICIOUS[0xEF] = true;
    SHORT['"'] = '"';
    SHORT['\\'] = '\\';
    SHORT['\n'] = 'n';
    SHORT['\r'] = 'r';
    SHORT['\t'] = 't';
    SHORT['\b'] = 'b';
    SHORT['\f'] = 'f';
  }

  private final byte[] utf8;
  private final int mark;

  @SuppressWarnings("NullAway.Init") // set by escape
  private byte[] out;

  private int size;
  private int movedMark;

  private JsonString(byte[] utf8, int mark) {
    this.utf8 = utf8;
    this.mark = mark;
    this.movedMark = mark;
  }

  /**
   * Escapes well-formed UTF-8, and tracks one position in it.
   *
   * @param mark position in the bytes, at the start of a character; -1 for none
   */
  static JsonString escape(byte[] utf8, int mark) {
    JsonString escaped = new JsonString(utf8, mark);
    if (escaped.nextSuspicious(0) == utf8.length) {
      escaped.out = utf8;
      escaped.size = utf8.length;
    } else {
      escaped.run();
    }
    return escaped;
  }

  /** Escapes a string. */
  static String escape(String text) {
    byte[] escaped = escape(text.getBytes(StandardCharsets.UTF_8), -1).bytes();
    return new String(escaped, StandardCharsets.UTF_8);
  }

  /** Returns the escaped bytes; the same array as the input when nothing had to be escaped. */
  byte[] bytes() {
    return size == out.length ? out : Arrays.copyOf(out, size);
  }

  /** Returns the marked position in the escaped bytes. */
  int mark() {
    return movedMark;
  }

  private int nextSuspicious(int start) {
    int at = start;
    while (at < utf8.length && !SUSPICIOUS[utf8[at] & 0xFF]) {
      at++;
    }
    return at;
  }

  private void run() {
    out = new byte[utf8.length + (utf8.length >> 3) + LONGEST_ESCAPE];
    int at = 0;
    while (at < utf8.length) {
      int end = nextSuspicious(at);
      copy(at, end);
      at = end;
      if (at < utf8.length) {
        at += suspicious(at, utf8[at] & 0xFF);
      }
    }
    if (mark == utf8.length) {
      movedMark = size;
    }
  }

  /** Copies the bytes, and makes room for the longest escape. */
  private void copy(int start, int end) {
    int length = end - start;
    int needed = size + length + LONGEST_ESCAPE;
    if (out.length < needed) {
      out = Arrays.copyOf(out, needed + (needed >> 1));
    }
    if (mark >= start && mark <= end) {
      movedMark = size + mark - start;
    }
    System.arraycopy(utf8, start, out, size, length);
    size += length;
  }

  /** Writes the character at that position; returns its length in bytes. */
  private int suspicious(int at, int lead) {
    if (lead < 0x80) {
      ascii(lead);
      return 1;
    }
    int length = lead >= 0xF0 ? 4 : 3;
    if (at + length > utf8.length) {
      out[size++] = utf8[at];
      return 1;
    }
    int code = lead & (0xFF >> (length + 1));
    for (int i = 1; i < length; i++) {
      code = code << 6 | utf8[at + i] & 0x3F;
    }
    if (code > 0xFFFF) {
      unicode(Character.highSurrogate(code));
      unicode(Character.lowSurrogate(code));
    } else if (isMangled(code)) {
      unicode(code);
    } else {
      System.arraycopy(utf8, at, out, size, length);
      size += length;
    }
    return length;
  }

  private static boolean isMangled(int code) {
    return code >= 0x200C && code <= 0x200F
        || code >= 0x2028 && code <= 0x202F
        || code >= 0x2060 && code <= 0x206F
        || code >= 0xFFF0;
  }

  private void ascii(int code) {
    if (SHORT[code] == 0) {
      unicode(code);
    } else {
      out[size++] = '\\';
      out[size++] = SHORT[code];
    }
  }

  private void unicode(int code) {
    out[size++] = '\\';
    out[size++] = 'u';
    for (int shift = 12; shift >= 0; shift -= 4) {
      out[size++] = HEX[code >> shift & 0xF];
    }
  }
}
