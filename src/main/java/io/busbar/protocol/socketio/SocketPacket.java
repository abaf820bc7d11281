package io.busbar.protocol.socketio;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import org.jspecify.annotations.Nullable;

/**
 * A Socket.IO packet.
 *
 * @param namespace begins with a slash
 * @param query part of the namespace after a question mark; null for none
 * @param id of the event that is acknowledged, or that wants an acknowledgement; {@link #NO_ID} for
 *     none
 * @param data JsonArray, JsonObject, or another JSON value; null for none. In events and
 *     acknowledgements, arrays and objects may contain {@code Buffer}s
 */
public record SocketPacket(
    Type type, String namespace, @Nullable String query, long id, @Nullable Object data) {
  public static final String MAIN = "/";
  public static final long NO_ID = -1;

  /** The packet types in the order of their numbers. */
  public enum Type {
    CONNECT(0),
    DISCONNECT(1),
    EVENT(2),
    ACK(3),
    /** ERROR in protocol 4. */
    CONNECT_ERROR(4);

    private static final Type[] BY_NUMBER = values();

    private final int number;

    Type(int number) {
      this.number = number;
    }

    /** Returns the type of that number; null for none. */
    static @Nullable Type of(long number) {
      return number >= 0 && number < BY_NUMBER.length ? BY_NUMBER[(int) number] : null;
    }

    /** Returns the number of this type. */
    int number() {
      return number;
    }

    /** Returns whether its payload may have bytes. */
    boolean mayHaveBytes() {
      return this == EVENT || this == ACK;
    }
  }

  /**
   * @param data about the client; null for none
   */
  public static SocketPacket connect(String namespace, @Nullable JsonObject data) {
    return new SocketPacket(Type.CONNECT, namespace, null, NO_ID, data);
  }

  public static SocketPacket disconnect(String namespace) {
    return new SocketPacket(Type.DISCONNECT, namespace, null, NO_ID, null);
  }

  /**
   * @param id for the acknowledgement; {@link #NO_ID} for none
   * @param nameAndArguments the event's name first
   */
  public static SocketPacket event(String namespace, long id, JsonArray nameAndArguments) {
    return new SocketPacket(Type.EVENT, namespace, null, id, nameAndArguments);
  }

  public static SocketPacket ack(String namespace, long id, JsonArray arguments) {
    return new SocketPacket(Type.ACK, namespace, null, id, arguments);
  }

  /**
   * @param why an object with a message; in protocol 4 any JSON except a number
   */
  public static SocketPacket connectError(String namespace, Object why) {
    return new SocketPacket(Type.CONNECT_ERROR, namespace, null, NO_ID, why);
  }

  /** Returns the namespace, with its query if any. */
  String path() {
    return query == null ? namespace : namespace + '?' + query;
  }

  public boolean hasId() {
    return id != NO_ID;
  }
}
