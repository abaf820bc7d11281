package io.busbar.protocol.socketio;

import io.busbar.protocol.SafeJson;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Encodes packets in the format of {@link PacketText}, equal for all clients of both protocols.
 * Used by one thread.
 */
public final class SocketEncoder {
  private final List<Buffer> attachments = new ArrayList<>(2);

  private SocketEncoder() {}

  /**
   * Returns the messages for a packet. In the payload of an event or acknowledgement, bytes become
   * attachments, and numbers that are not finite become null. JavaScript clients close the
   * connection after more than 10 attachments in a packet.
   *
   * @throws io.vertx.core.json.EncodeException when the payload is not JSON
   */
  public static EncodedPacket encode(SocketPacket packet) {
    if (!packet.type().mayHaveBytes() || isJson(packet.data())) {
      return new EncodedPacket(text(packet, packet.data(), 0), List.of());
    }
    SocketEncoder encoder = new SocketEncoder();
    Object data = encoder.detached(packet.data());
    int count = encoder.attachments.size();
    return new EncodedPacket(text(packet, data, count), List.copyOf(encoder.attachments));
  }

  private static String text(SocketPacket packet, @Nullable Object data, int attachments) {
    StringBuilder text = new StringBuilder();
    if (attachments > 0) {
      text.append(packet.type().number() + PacketText.WITH_BYTES).append(attachments).append('-');
    } else {
      text.append(packet.type().number());
    }
    if (packet.query() != null || !packet.namespace().equals(SocketPacket.MAIN)) {
      text.append(packet.path()).append(',');
    }
    if (packet.hasId()) {
      text.append(packet.id());
    }
    if (data != null) {
      text.append(SafeJson.write(data));
    }
    return text.toString();
  }

  /** Returns whether the value is JSON without changes. */
  private static boolean isJson(@Nullable Object value) {
    Object inside = inside(value);
    if (inside instanceof List<?> list) {
      return list.stream().allMatch(SocketEncoder::isJson);
    }
    if (inside instanceof Map<?, ?> map) {
      return map.values().stream().allMatch(SocketEncoder::isJson);
    }
    return !isBytes(inside) && !isInfinite(inside);
  }

  /** JSON has no such number, and JavaScript writes null. */
  private static boolean isInfinite(@Nullable Object value) {
    return (value instanceof Double || value instanceof Float)
        && !Double.isFinite(((Number) value).doubleValue());
  }

  /** Returns a copy with placeholders for bytes; the value itself is not changed. */
  private @Nullable Object detached(@Nullable Object value) {
    Object inside = inside(value);
    if (inside instanceof List<?> list) {
      List<Object> copy = new ArrayList<>(list.size());
      list.forEach(each -> copy.add(detached(each)));
      return copy;
    }
    if (inside instanceof Map<?, ?> map) {
      Map<Object, Object> copy = new LinkedHashMap<>();
      map.forEach((key, each) -> copy.put(key, detached(each)));
      // Data that looks like a placeholder must not refer to an attachment.
      copy.replace(Placeholders.MARK, true, false);
      return copy;
    }
    if (isInfinite(inside)) {
      return null;
    }
    return inside != null && isBytes(inside) ? attached(inside) : inside;
  }

  private Map<String, Object> attached(Object bytes) {
    Map<String, Object> placeholder = new LinkedHashMap<>(4);
    placeholder.put(Placeholders.MARK, true);
    placeholder.put(Placeholders.NUMBER, attachments.size());
    attachments.add(bytes instanceof Buffer buffer ? buffer : Buffer.buffer((byte[]) bytes));
    return placeholder;
  }

  /** Returns the list or map in a JSON array or object. */
  static @Nullable Object inside(@Nullable Object value) {
    if (value instanceof JsonArray array) {
      return array.getList();
    }
    return value instanceof JsonObject object ? object.getMap() : value;
  }

  /** Returns whether the value is sent as bytes. */
  static boolean isBytes(@Nullable Object value) {
    return value instanceof Buffer || value instanceof byte[];
  }
}
