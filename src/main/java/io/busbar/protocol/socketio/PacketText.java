package io.busbar.protocol.socketio;

import io.busbar.protocol.socketio.SocketPacket.Type;

/**
 * Reads the text of a packet from left to right. Used by one thread.
 *
 * <pre>
 * packet      = type [ attachments "-" ] [ path ( "," / end ) ] [ id ] [ JSON ]
 * type        = %x30-36         ; 5 is an EVENT with bytes, 6 an ACK with bytes
 * attachments = number          ; 1 at least; in front of 5 and 6 only
 * path        = "/" *character  ; without it, the main namespace
 * id          = number
 * number      = "0" / ( %x31-39 *DIGIT )
 * </pre>
 */
final class PacketText {
  private static final int MOST_DIGITS = 15;

  /** Difference between the types with and without bytes. */
  static final int WITH_BYTES = 3;

  private final String text;
  private final Type type;
  private final long attachments;
  private final String path;
  private final long id;
  private int at;

  PacketText(String text) {
    this.text = text;
    int digit = text.isEmpty() ? -1 : text.charAt(0) - '0';
    this.at = 1;
    boolean hasBytes = digit >= Type.EVENT.number() + WITH_BYTES;
    Type known = Type.of(hasBytes ? digit - WITH_BYTES : digit);
    if (known == null || hasBytes && !known.mayHaveBytes()) {
      throw PacketRules.broken("a packet begins with its type, 0 to 6");
    }
    this.type = known;
    this.attachments = hasBytes ? readAttachments() : 0;
    this.path = readPath();
    this.id = isDigit() ? readNumber() : SocketPacket.NO_ID;
  }

  private long readAttachments() {
    long number = isDigit() ? readNumber() : 0;
    if (number == 0 || at == text.length() || text.charAt(at) != '-') {
      throw PacketRules.broken("a packet with bytes has the number of attachments and a hyphen");
    }
    at++;
    return number;
  }

  private String readPath() {
    if (at == text.length() || text.charAt(at) != '/') {
      return SocketPacket.MAIN;
    }
    int comma = text.indexOf(',', at);
    String read = text.substring(at, comma < 0 ? text.length() : comma);
    at = comma < 0 ? text.length() : comma + 1;
    return read;
  }

  private boolean isDigit() {
    return at < text.length() && text.charAt(at) >= '0' && text.charAt(at) <= '9';
  }

  private long readNumber() {
    int from = at;
    long number = 0;
    while (isDigit()) {
      number = number * 10 + text.charAt(at++) - '0';
      if (at - from > MOST_DIGITS) {
        throw PacketRules.broken("a number has at most " + MOST_DIGITS + " digits");
      }
    }
    if (text.charAt(from) == '0' && at - from > 1) {
      throw PacketRules.broken("a number does not begin with 0");
    }
    return number;
  }

  Type type() {
    return type;
  }

  /** Returns the number of attachments that follow. */
  long attachments() {
    return attachments;
  }

  /** Returns the namespace, with its query if any. */
  String path() {
    return path;
  }

  long id() {
    return id;
  }

  /** Returns the JSON text at the end; empty for none. */
  String json() {
    return text.substring(at);
  }
}
