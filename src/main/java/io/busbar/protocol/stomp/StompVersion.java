package io.busbar.protocol.stomp;

import io.busbar.hub.Disconnect;
import io.busbar.protocol.ProtocolException;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A version of STOMP with its name, escapes and requirements. Headers of 1.0 have no escapes and
 * may have blanks around their values. 1.1 escapes LF, colon and backslash; 1.2 escapes CR, too.
 */
enum StompVersion {
  V1_0("1.0", "v10.stomp"),
  V1_1("1.1", "v11.stomp"),
  V1_2("1.2", "v12.stomp");

  /** Our versions, as the ERROR for a failed negotiation lists them. */
  static final String ALL = "1.0,1.1,1.2";

  /** WebSocket sub-protocols, best first. */
  static final List<String> SUB_PROTOCOLS =
      List.of(V1_2.subProtocol, V1_1.subProtocol, V1_0.subProtocol);

  private final String text;
  private final String subProtocol;

  StompVersion(String text, String subProtocol) {
    this.text = text;
    this.subProtocol = subProtocol;
  }

  /**
   * Returns the highest version that both sides have; null for none.
   *
   * @param accepted versions of the client, separated by commas; null for 1.0
   */
  static @Nullable StompVersion negotiate(@Nullable String accepted) {
    if (accepted == null) {
      return V1_0;
    }
    List<String> offers = Arrays.asList(accepted.trim().split("\\s*,\\s*"));
    for (int i = values().length - 1; i >= 0; i--) {
      if (offers.contains(values()[i].text)) {
        return values()[i];
      }
    }
    return null;
  }

  boolean atLeast(StompVersion other) {
    return compareTo(other) >= 0;
  }

  /**
   * Returns part of a header without escapes.
   *
   * @throws ProtocolException for an escape that the version does not have
   */
  String unescape(String raw) {
    if (this == V1_0) {
      return raw.trim();
    }
    int escape = raw.indexOf('\\');
    if (escape < 0) {
      return raw;
    }
    StringBuilder text = new StringBuilder(raw.length()).append(raw, 0, escape);
    for (int i = escape; i < raw.length(); i++) {
      char c = raw.charAt(i);
      text.append(c == '\\' ? unescape(++i < raw.length() ? raw.charAt(i) : ' ') : c);
    }
    return text.toString();
  }

  private char unescape(char escaped) {
    switch (escaped) {
      case 'n':
        return '\n';
      case 'c':
        return ':';
      case '\\':
        return '\\';
      case 'r':
        if (this == V1_2) {
          return '\r';
        }
        break;
      default:
        break;
    }
    throw new ProtocolException(
        Disconnect.PROTOCOL_ERROR,
        "a header has an escape that STOMP "
            + text
            + " does not have: only "
            + (this == V1_2 ? "\\r, " : "")
            + "\\n, \\c and \\\\ may be written");
  }

  /**
   * Returns part of a header with escapes. Where the version has no escape for a character that
   * would break the frame, it writes a blank.
   */
  String escape(String text) {
    int at = 0;
    while (at < text.length() && !needsEscape(text.charAt(at))) {
      at++;
    }
    if (at == text.length()) {
      return text;
    }
    StringBuilder escaped = new StringBuilder(text.length() + 8).append(text, 0, at);
    for (; at < text.length(); at++) {
      char c = text.charAt(at);
      if (!needsEscape(c)) {
        escaped.append(c);
      } else {
        escaped.append(escaped(c));
      }
    }
    return escaped.toString();
  }

  private boolean needsEscape(char c) {
    return switch (c) {
      case '\n', '\r', 0 -> true;
      case ':', '\\' -> this != V1_0;
      default -> false;
    };
  }

  private String escaped(char c) {
    return switch (c) {
      case '\n' -> this == V1_0 ? " " : "\\n";
      case '\r' -> this == V1_2 ? "\\r" : " ";
      case ':' -> "\\c";
      case '\\' -> "\\\\";
      default -> " ";
    };
  }

  @Override
  public String toString() {
    return text;
  }
}
