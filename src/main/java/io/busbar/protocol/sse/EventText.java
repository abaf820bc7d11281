package io.busbar.protocol.sse;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;

/**
 * The text of one event (HTML, 9.2.5): lines {@code field: value} and an empty line at the end. A
 * value cannot start another line: CR and LF split data into lines, which a reader joins with LF,
 * and elsewhere they become blanks. Used by one thread.
 */
final class EventText {
  /** A comment, which readers ignore. */
  static final byte[] HEARTBEAT = utf8(":\n\n");

  /** Bytes before the id in the first line of an event that starts with its id. */
  static final int BEFORE_ID = "id: ".length();

  private static final byte[] DATA = utf8("data: ");

  private final ByteArrayOutputStream out;

  /**
   * @param size expected size in bytes
   */
  EventText(int size) {
    out = new ByteArrayOutputStream(size);
  }

  /** Adds the time after which a client reconnects, in milliseconds. */
  EventText retry(long millis) {
    return line("retry", Long.toString(millis));
  }

  /**
   * Adds the id that a client sends when it reconnects. Readers ignore an id with NUL, so each NUL
   * becomes a blank.
   */
  EventText id(String id) {
    return line("id", id.replace('\0', ' '));
  }

  /** Adds the name of the event. */
  EventText name(String name) {
    return line("event", name);
  }

  private EventText line(String field, String value) {
    out.writeBytes(utf8(field + ": " + value.replace('\r', ' ').replace('\n', ' ') + '\n'));
    return this;
  }

  EventText data(String text) {
    return data(utf8(text));
  }

  /** Adds the data in UTF-8. */
  EventText data(byte[] text) {
    int start = 0;
    for (int at = 0; at < text.length; at++) {
      if (text[at] == '\n' || text[at] == '\r') {
        dataLine(text, start, at);
        at += text[at] == '\r' && at + 1 < text.length && text[at + 1] == '\n' ? 1 : 0;
        start = at + 1;
      }
    }
    dataLine(text, start, text.length);
    return this;
  }

  private void dataLine(byte[] text, int start, int end) {
    out.writeBytes(DATA);
    out.write(text, start, end - start);
    out.write('\n');
  }

  /** Ends this event and begins another one after it. */
  EventText next() {
    out.write('\n');
    return this;
  }

  /** Ends the event and returns its bytes. */
  byte[] end() {
    return next().out.toByteArray();
  }

  private static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
