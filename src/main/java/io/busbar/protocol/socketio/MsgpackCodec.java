package io.busbar.protocol.socketio;

import io.busbar.protocol.ProtocolException;
import io.busbar.protocol.socketio.SocketPacket.Type;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Decodes and encodes the packets of socket.io-msgpack-parser. Each packet is a binary message: a
 * MessagePack map with {@code type}, {@code nsp}, {@code data} and {@code id}. Bytes are part of
 * the payload, and other keys are ignored. Any thread may use it.
 */
public final class MsgpackCodec {
  private final PacketRules rules;

  MsgpackCodec(PacketRules rules) {
    this.rules = rules;
  }

  /**
   * Decodes a message.
   *
   * @throws ProtocolException with one sentence that names the broken rule; the caller must close
   *     the connection
   */
  public SocketPacket decode(Buffer message) {
    rules.checkBytes(message.length(), "a packet has");
    MsgpackReader reader = new MsgpackReader(message.getBytes(), rules);
    if (!(reader.read() instanceof Map<?, ?> map)) {
      throw PacketRules.broken("a packet is a map");
    }
    Type type = type(map.get("type"));
    if (reader.hasBytes() && !type.mayHaveBytes()) {
      throw PacketRules.broken("only events and acknowledgements have bytes");
    }
    Object data = map.get("data");
    return rules.packet(type, path(map.get("nsp")), id(map.get("id")), data != null, json(data));
  }

  private static Type type(@Nullable Object value) {
    Type type = value instanceof Integer number ? Type.of(number) : null;
    if (type == null) {
      throw PacketRules.broken("a packet has a type, 0 to 4");
    }
    return type;
  }

  private static String path(@Nullable Object value) {
    if (value instanceof String path) {
      return path;
    }
    throw PacketRules.broken("a packet has a namespace");
  }

  private static long id(@Nullable Object value) {
    if (value == null) {
      return SocketPacket.NO_ID;
    }
    boolean isNumber = value instanceof Integer || value instanceof Long;
    long id = isNumber ? ((Number) value).longValue() : SocketPacket.NO_ID;
    if (id < 0) {
      throw PacketRules.wrongId();
    }
    return id;
  }

  @SuppressWarnings("unchecked")
  private static @Nullable Object json(@Nullable Object value) {
    if (value instanceof Map<?, ?>) {
      return new JsonObject((Map<String, Object>) value);
    }
    return value instanceof List<?> list ? new JsonArray(list) : value;
  }

  /**
   * Encodes a packet, equal for all clients.
   *
   * @throws io.vertx.core.json.EncodeException when the payload is neither JSON nor bytes
   */
  public static Buffer encode(SocketPacket packet) {
    Map<String, Object> map = new LinkedHashMap<>();
    map.put("type", packet.type().number());
    map.put("nsp", packet.path());
    if (packet.data() != null) {
      map.put("data", packet.data());
    }
    if (packet.hasId()) {
      map.put("id", packet.id());
    }
    return MsgpackWriter.write(map);
  }
}
