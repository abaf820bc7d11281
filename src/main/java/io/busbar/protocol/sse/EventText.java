package io.busbar.protocol.sse;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;

/**
 * One event as a stream has it (HTML, 9.2.5): lines {@code field: value}, and an empty line that
 * ends it. No value can begin a line of its own: CR and LF end lines of data, which a reader joins
 * again with LF, and are blanks elsewhere.
 */
final class EventText {
  /** A comment, which no reader tells anybody. */
  static final byte[] HEARTBEAT = utf8(":\n\n");

  /** Bytes of an event's first line before the id, where that comes first. */
  static final int BEFORE_ID = "id: ".length();

  private static final byte[] DATA = utf8("data: ");

  private final ByteArrayOutputStream out;

  /** An event of about that many bytes. */
  EventText(int size) {
    out = new ByteArrayOutputStream(size);
  }

  /** How long a client waits before it connects again. */
  EventText retry(long millis) {
    return line("retry", Long.toString(millis));
  }

  /** What a client says when it comes back. A reader ignores one with NUL: there is none in it. */
  EventText id(String id) {
    return line("id", id.replace('\0', ' '));
  }

  /** What the event is called. */
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

  /** The data, in UTF-8. */
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

  /** Ends this event and begins another behind it. */
  EventText next() {
    out.write('\n');
    return this;
  }

  /** The bytes of the whole event. */
  byte[] end() {
    return next().out.toByteArray();
  }

  private static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
