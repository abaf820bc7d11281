package io.busbar.protocol.sse;

import io.busbar.hub.Position;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The positions of one client in its channels with a history, which it sends when it reconnects. A
 * browser keeps only the last id, so each id contains all positions. Owned by the session's event
 * loop.
 */
final class Positions {
  private static final byte[] ID = "id: ".getBytes(StandardCharsets.US_ASCII);
  private static final int USUAL_SIZE = 64;

  private final boolean several;
  private final Map<String, String> received = new LinkedHashMap<>();

  /**
   * @param several whether the client listens to more than one channel
   */
  Positions(boolean several) {
    this.several = several;
  }

  /** Returns the start of an event's id for {@link #lay}; null for none. */
  byte @Nullable [] label(String channel) {
    String key = LastEventId.key(channel) + '=';
    return several ? key.getBytes(StandardCharsets.US_ASCII) : null;
  }

  /** Sets the position in that channel. */
  void put(String channel, Position position) {
    received.put(several ? LastEventId.key(channel) : "", written(position));
  }

  /** Returns the position as in an id. */
  static String written(Position position) {
    return position.epoch() + ':' + position.offset();
  }

  /** Returns the id with all positions; null without a channel that has a history. */
  @Nullable String id() {
    if (received.isEmpty()) {
      return null;
    }
    return several
        ? received.entrySet().stream()
            .map(each -> each.getKey() + '=' + each.getValue())
            .collect(Collectors.joining(","))
        : received.get("");
  }

  /** Returns whether ids need no change, because they belong to one channel. */
  boolean areWhole() {
    return !several || received.isEmpty();
  }

  /**
   * Returns the events with complete ids.
   *
   * @param events whole events, with the position in one channel in each id
   */
  byte[] lay(ByteBuf events) {
    byte[] bytes = ByteBufUtil.getBytes(events);
    ByteArrayOutputStream out = new ByteArrayOutputStream(bytes.length + USUAL_SIZE);
    int at = 0;
    while (at < bytes.length) {
      if (beginsWithId(bytes, at)) {
        int next = after(bytes, at, false);
        read(new String(bytes, at, next - 1 - at, StandardCharsets.US_ASCII));
        out.writeBytes(ID);
        out.writeBytes((id() + '\n').getBytes(StandardCharsets.US_ASCII));
        at = next;
      }
      int end = after(bytes, at, true);
      out.write(bytes, at, end - at);
      at = end;
    }
    return out.toByteArray();
  }

  private void read(String line) {
    String[] entry = line.substring(ID.length).split("=", 2);
    received.put(entry[0], entry[1]);
  }

  private static boolean beginsWithId(byte[] bytes, int at) {
    for (int i = 0; i < ID.length; i++) {
      if (at + i >= bytes.length || bytes[at + i] != ID[i]) {
        return false;
      }
    }
    return true;
  }

  /** Returns the index after the end of the line, or of the event. */
  private static int after(byte[] bytes, int start, boolean event) {
    int at = start;
    while (at < bytes.length) {
      if (bytes[at++] == '\n' && (!event || at < bytes.length && bytes[at] == '\n')) {
        return event ? at + 1 : at;
      }
    }
    return bytes.length;
  }
}
