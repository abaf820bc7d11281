package io.busbar.protocol.sse;

import io.busbar.hub.Position;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.zip.CRC32;
import org.jspecify.annotations.Nullable;

/**
 * The positions that a client sends when it reconnects: {@code epoch:offset} for a single channel,
 * or {@code key=epoch:offset,key=epoch:offset}. A key identifies a channel, so the client may ask
 * for other channels than before. Immutable.
 */
final class LastEventId {
  private static final int RADIX = 36;
  private static final Pattern ENTRY =
      Pattern.compile("(?:([0-9a-z]{1,7})=)?([0-9A-Za-z]{1,64}):([0-9]{1,15})");

  private final Map<String, Position> received = new HashMap<>();
  private boolean unknown;

  /**
   * Reads the id that the client has sent.
   *
   * @param id null or empty for none
   * @param channels that the client asks for
   */
  LastEventId(@Nullable String id, Set<String> channels) {
    if (id != null && !id.isEmpty()) {
      for (String entry : id.split(",", -1)) {
        read(entry, channels);
      }
    }
  }

  private void read(String entry, Set<String> channels) {
    Matcher matcher = ENTRY.matcher(entry);
    boolean named = matcher.matches() && matcher.group(1) != null;
    if (!matcher.matches() || !named && channels.size() > 1) {
      unknown = true;
      return;
    }
    String key = named ? matcher.group(1) : key(channels.iterator().next());
    received.put(key, new Position(matcher.group(2), Long.parseLong(matcher.group(3))));
  }

  /** Returns the key of the channel. */
  static String key(String channel) {
    CRC32 sum = new CRC32();
    sum.update(channel.getBytes(StandardCharsets.UTF_8));
    return Long.toString(sum.getValue(), RADIX);
  }

  /** Returns the client's position in the channel; null for none. */
  @Nullable Position of(String channel) {
    return received.get(key(channel));
  }

  /** Returns whether the id has a part that cannot be read. */
  boolean isUnknown() {
    return unknown;
  }
}
