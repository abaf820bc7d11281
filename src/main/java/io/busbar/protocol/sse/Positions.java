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
 * Where one client is in each of its channels that has a history: what it says when it comes back.
 * A browser remembers the last id alone, so that this has all of them. Owned by the session's event
 * loop.
 */
final class Positions {
  private static final byte[] ID = "id: ".getBytes(StandardCharsets.US_ASCII);
  private static final int USUAL_SIZE = 64;

  private final boolean several;
  private final Map<String, String> heard = new LinkedHashMap<>();

  /**
   * @param several whether the client listens to more than one channel
   */
  Positions(boolean several) {
    this.several = several;
  }

  /** What an event's id begins with, for {@link #lay}; null for nothing. */
  byte @Nullable [] label(String channel) {
    String key = LastEventId.key(channel) + '=';
    return several ? key.getBytes(StandardCharsets.US_ASCII) : null;
  }

  /** It is there in that channel. */
  void put(String channel, Position position) {
    heard.put(several ? LastEventId.key(channel) : "", written(position));
  }

  /** As an id has it. */
  static String written(Position position) {
    return position.epoch() + ':' + position.offset();
  }

  /** All of it; null where no channel has a history. */
  @Nullable String id() {
    if (heard.isEmpty()) {
      return null;
    }
    return several
        ? heard.entrySet().stream()
            .map(each -> each.getKey() + '=' + each.getValue())
            .collect(Collectors.joining(","))
        : heard.get("");
  }

  /** Whether ids are as they come: of one channel alone. */
  boolean areWhole() {
    return !several || heard.isEmpty();
  }

  /** Whole events, whose ids say where the client is in one channel each, with all of it. */
  byte[] lay(ByteBuf events) {
    byte[] bytes = ByteBufUtil.getBytes(events);
    ByteArrayOutputStream out = new ByteArrayOutputStream(bytes.length + USUAL_SIZE);
    int at = 0;
    while (at < bytes.length) {
      if (beginsWithId(bytes, at)) {
        int next = after(bytes, at, false);
        hear(new String(bytes, at, next - 1 - at, StandardCharsets.US_ASCII));
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

  private void hear(String line) {
    String[] entry = line.substring(ID.length).split("=", 2);
    heard.put(entry[0], entry[1]);
  }

  private static boolean beginsWithId(byte[] bytes, int at) {
    for (int i = 0; i < ID.length; i++) {
      if (at + i >= bytes.length || bytes[at + i] != ID[i]) {
        return false;
      }
    }
    return true;
  }

  /** Behind the end of the line there, or of the event. */
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
