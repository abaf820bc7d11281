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
 * What a client heard last: {@code epoch:offset} of its only channel, or {@code
 * key=epoch:offset,key=epoch:offset}, where a key stands for a channel. So it holds for a client,
 * too, that comes back for other channels than it had.
 */
final class LastEventId {
  private static final int RADIX = 36;
  private static final Pattern ENTRY =
      Pattern.compile("(?:([0-9a-z]{1,7})=)?([0-9A-Za-z]{1,64}):([0-9]{1,15})");

  private final Map<String, Position> heard = new HashMap<>();
  private boolean unknown;

  /**
   * Reads what the client says.
   *
   * @param id null or empty for nothing
   * @param channels that it wants to hear
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
    heard.put(key, new Position(matcher.group(2), Long.parseLong(matcher.group(3))));
  }

  /** What stands for the channel. */
  static String key(String channel) {
    CRC32 sum = new CRC32();
    sum.update(channel.getBytes(StandardCharsets.UTF_8));
    return Long.toString(sum.getValue(), RADIX);
  }

  /** Where a client was in the channel; null where it does not say. */
  @Nullable Position of(String channel) {
    return heard.get(key(channel));
  }

  /** Whether the client says something that cannot be read. */
  boolean isUnknown() {
    return unknown;
  }
}
