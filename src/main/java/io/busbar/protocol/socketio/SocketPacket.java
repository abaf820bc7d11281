package io.busbar.protocol.socketio;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import org.jspecify.annotations.Nullable;

/**
 * One packet of Socket.IO.
 *
 * @param namespace begins with a slash
 * @param query what follows a question mark behind the namespace; null where there is none
 * @param id which event is acknowledged, or how it shall be; {@link #NO_ID} for none
 * @param data JsonArray, JsonObject, or what else is JSON; null for none. In events and
 *     acknowledgements, arrays and objects have a {@code Buffer} wherever bytes are
 */
public record SocketPacket(Type type, String namespace, @Nullable String query, long id, @Nullable Object data) {
  public static final String MAIN = "/";
  public static final long NO_ID = -1;

  /** In the order of their numbers. */
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

    /** The type with that number; null where there is none. */
    static @Nullable Type of(long number) {
      return number >= 0 && number < BY_NUMBER.length ? BY_NUMBER[(int) number] : null;
    }

    /** The number that stands for it. */
    int number() {
      return number;
    }

    /** Whether there may be bytes in it. */
    boolean mayHaveBytes() {
      return this == EVENT || this == ACK;
    }
  }

  /**
   * @param data what the client is told of itself; null for nothing
   */
  public static SocketPacket connect(String namespace, @Nullable JsonObject data) {
    return new SocketPacket(Type.CONNECT, namespace, null, NO_ID, data);
  }

  public static SocketPacket disconnect(String namespace) {
    return new SocketPacket(Type.DISCONNECT, namespace, null, NO_ID, null);
  }

  /**
   * @param id what an acknowledgement shall name; {@link #NO_ID} where none is asked for
   * @param nameAndArguments the event's name first
   */
  public static SocketPacket event(String namespace, long id, JsonArray nameAndArguments) {
    return new SocketPacket(Type.EVENT, namespace, null, id, nameAndArguments);
  }

  public static SocketPacket ack(String namespace, long id, JsonArray arguments) {
    return new SocketPacket(Type.ACK, namespace, null, id, arguments);
  }

  /**
   * @param why an object with a message; in protocol 4 any JSON but a number
   */
  public static SocketPacket connectError(String namespace, Object why) {
    return new SocketPacket(Type.CONNECT_ERROR, namespace, null, NO_ID, why);
  }

  /** The namespace, with its query if there is one. */
  String path() {
    return query == null ? namespace : namespace + '?' + query;
  }

  public boolean hasId() {
    return id != NO_ID;
  }
}
