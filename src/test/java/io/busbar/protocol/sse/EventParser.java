package io.busbar.protocol.sse;

import java.util.function.Consumer;

/**
 * Parses a stream of events as a browser does (HTML, 9.2.6), from text in any pieces. It follows
 * the standard and shares no code with what it tests. Used by one thread.
 */
final class EventParser {
  /**
   * One event.
   *
   * @param name {@code message} where the stream has none
   * @param lastId last id in the stream up to this event
   */
  record Event(String name, String data, String lastId) {}

  private final Consumer<Event> received;
  private final StringBuilder line = new StringBuilder();
  private final StringBuilder data = new StringBuilder();
  private String name = "";
  private String id = "";
  private String lastId = "";
  private String retry = "";
  private int comments;
  private boolean afterReturn;
  private boolean begun;

  EventParser(Consumer<Event> received) {
    this.received = received;
  }

  /** Returns the id that the client sends when it reconnects. */
  String lastId() {
    return lastId;
  }

  /** Returns the last retry time in the stream. */
  String retry() {
    return retry;
  }

  int comments() {
    return comments;
  }

  void feed(String text) {
    text.chars().forEach(each -> feed((char) each));
  }

  void feed(char next) {
    if (!begun) {
      begun = true;
      if (next == '\uFEFF') {
        return;
      }
    }
    if (next == '\n' && afterReturn) {
      afterReturn = false;
    } else if (next == '\n' || next == '\r') {
      afterReturn = next == '\r';
      String whole = line.toString();
      line.setLength(0);
      line(whole);
    } else {
      afterReturn = false;
      line.append(next);
    }
  }

  private void line(String whole) {
    int colon = whole.indexOf(':');
    if (whole.isEmpty()) {
      dispatch();
    } else if (colon == 0) {
      comments++;
    } else if (colon < 0) {
      field(whole, "");
    } else {
      String value = whole.substring(colon + 1);
      field(whole.substring(0, colon), value.startsWith(" ") ? value.substring(1) : value);
    }
  }

  private void field(String field, String value) {
    switch (field) {
      case "event" -> name = value;
      case "data" -> data.append(value).append('\n');
      case "id" -> id = value.indexOf('\0') < 0 ? value : id;
      case "retry" -> retry = value.matches("[0-9]+") ? value : retry;
      default -> {}
    }
  }

  private void dispatch() {
    lastId = id;
    if (!data.isEmpty()) {
      String all = data.substring(0, data.length() - 1);
      received.accept(new Event(name.isEmpty() ? "message" : name, all, lastId));
    }
    data.setLength(0);
    name = "";
  }
}
