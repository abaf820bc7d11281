package io.busbar.protocol.socketio;

import io.busbar.hub.Disconnect;
import io.busbar.protocol.ProtocolException;
import io.busbar.protocol.socketio.SocketPacket.Type;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The rules for every packet of a client, in any format. A broken rule closes the whole connection.
 * Immutable.
 */
final class PacketRules {
  /** The largest number with 15 digits, which JavaScript represents exactly. */
  static final long MOST_ID = 999_999_999_999_999L;

  /** Maximum number of digits of a number in a payload. */
  static final int MOST_DIGITS = 1_000;

  /** Event names that clients use internally. */
  private static final Set<String> RESERVED =
      Set.of(
          "connect",
          "connect_error",
          "disconnect",
          "disconnecting",
          "newListener",
          "removeListener");

  private final SocketProtocol protocol;
  private final SocketLimits limits;

  PacketRules(SocketProtocol protocol, SocketLimits limits) {
    this.protocol = protocol;
    this.limits = limits;
  }

  SocketLimits limits() {
    return limits;
  }

  /**
   * Returns the packet with these parts.
   *
   * @param path the namespace, with its query if any
   * @param hasData whether there is a payload, possibly null
   */
  SocketPacket packet(Type type, String path, long id, boolean hasData, @Nullable Object data) {
    checkPath(path);
    checkId(type, id);
    if (!isPayload(type, hasData, data)) {
      throw broken(rule(type));
    }
    int mark = path.indexOf('?');
    String namespace = mark < 0 ? path : path.substring(0, mark);
    String query = mark < 0 ? null : path.substring(mark + 1);
    return new SocketPacket(type, namespace, query, id, data);
  }

  private void checkPath(String path) {
    if (path.length() > limits.namespace()) {
      throw tooBig("a namespace is longer than " + limits.namespace() + " characters");
    }
    if (path.isEmpty() || path.charAt(0) != '/') {
      throw broken("a namespace begins with a slash");
    }
    if (path.chars().anyMatch(c -> c == ',' || Character.isISOControl(c))) {
      throw broken("a namespace has no comma and no control characters");
    }
  }

  private static void checkId(Type type, long id) {
    boolean hasId = id != SocketPacket.NO_ID;
    if (hasId && (id < 0 || id > MOST_ID)) {
      throw wrongId();
    }
    if (hasId && !type.mayHaveBytes()) {
      throw broken("only events and acknowledgements have an id");
    }
    if (!hasId && type == Type.ACK) {
      throw broken("an acknowledgement has the id of the event");
    }
  }

  private boolean isPayload(Type type, boolean hasData, @Nullable Object data) {
    return switch (type) {
      case CONNECT -> !hasData || data instanceof JsonObject && protocol == SocketProtocol.FIVE;
      case DISCONNECT -> !hasData;
      case EVENT -> data instanceof JsonArray array && isEvent(array.getList());
      case ACK -> data instanceof JsonArray;
      // A number would be read as an id.
      case CONNECT_ERROR ->
          protocol == SocketProtocol.FOUR
              ? !(data instanceof Number)
              : data instanceof String || data instanceof JsonObject;
    };
  }

  private static boolean isEvent(List<?> array) {
    Object name = array.isEmpty() ? null : array.get(0);
    return name instanceof Number number
        ? Double.isFinite(number.doubleValue())
        : name instanceof String && !RESERVED.contains(name);
  }

  private String rule(Type type) {
    return switch (type) {
      case CONNECT ->
          protocol == SocketProtocol.FIVE
              ? "CONNECT has a JSON object or nothing"
              : "CONNECT has no payload in this version of the protocol";
      case DISCONNECT -> "DISCONNECT has no payload";
      case EVENT -> "an event is an array that begins with its name, which is not a reserved one";
      case ACK -> "an acknowledgement is an array";
      case CONNECT_ERROR ->
          protocol == SocketProtocol.FIVE
              ? "CONNECT_ERROR has a JSON object or a string"
              : "ERROR has JSON that is no number";
    };
  }

  static ProtocolException wrongId() {
    return broken("an id is a whole number of at most 15 digits");
  }

  /** Checks the number of attachments. */
  void checkAttachments(long count) {
    if (count > limits.attachments()) {
      throw tooBig("a packet has more than " + limits.attachments() + " attachments");
    }
  }

  /** Checks the size of attachments in bytes. */
  void checkBytes(long count, String what) {
    if (count > limits.bytes()) {
      throw tooBig(what + " more than " + limits.bytes() + " bytes");
    }
  }

  /** Returns the error for a payload that is nested too deeply or has too many elements. */
  ProtocolException tooMuch() {
    return tooBig(
        "a payload is at most "
            + limits.depth()
            + " deep, and has at most "
            + limits.elements()
            + " elements and numbers of "
            + MOST_DIGITS
            + " digits");
  }

  static ProtocolException broken(String rule) {
    return new ProtocolException(Disconnect.PROTOCOL_ERROR, rule);
  }

  private static ProtocolException tooBig(String rule) {
    return new ProtocolException(Disconnect.TOO_BIG, rule);
  }
}
