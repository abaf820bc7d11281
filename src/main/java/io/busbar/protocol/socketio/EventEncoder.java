package io.busbar.protocol.socketio;

import io.busbar.hub.EncodedMessage;
import io.busbar.hub.Encoder;
import io.busbar.hub.Fanout;
import io.busbar.hub.Payload;
import io.busbar.hub.ReplyNumber;
import io.busbar.protocol.HeadersAsJson;
import io.busbar.protocol.StreamJson;
import io.vertx.core.MultiMap;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Encodes a message as an event of one namespace. The name of the event is the header {@code name},
 * or else the address.
 *
 * @param bus whether the arguments are the body and details of the message; in a feature's
 *     namespace they are the arguments of the feature
 * @param form packet format of the clients
 * @param recoverable whether the last argument is the message's position in its stream
 */
record EventEncoder(String namespace, boolean bus, PacketForm form, boolean recoverable)
    implements Encoder {
  static final String NAME = "name";
  static final String COUNT = "args";
  private static final String MESSAGE = "message";
  private static final String GAP = "gap";

  /** Returns the same encoder for clients with connection state recovery. */
  EventEncoder forRecovery() {
    return new EventEncoder(namespace, bus, form, true);
  }

  @Override
  public boolean reportsGaps() {
    return bus;
  }

  @Override
  public EncodedMessage encode(Fanout message) {
    if (message.lost() != null) {
      JsonObject gap = new JsonObject().put("address", message.address());
      JsonArray event = new JsonArray().add(GAP).add(gap.mergeIn(StreamJson.gap(message)));
      return form.toMessage(SocketPacket.event(namespace, SocketPacket.NO_ID, event));
    }
    String named = name(message);
    String name = named == null ? bus ? message.address() : MESSAGE : named;
    JsonArray event = new JsonArray().add(name);
    if (bus) {
      event.add(message.payload().body()).add(about(message));
    } else {
      arguments(message).forEach(event.getList()::add);
    }
    if (recoverable && message.position() != null && message.replyAddress() == null) {
      event.add(message.position().epoch() + ':' + message.position().offset());
    }
    return form.toMessage(SocketPacket.event(namespace, number(message), event));
  }

  private static long number(Fanout message) {
    return message.replyAddress() == null
        ? SocketPacket.NO_ID
        : ReplyNumber.of(message.replyAddress());
  }

  static @Nullable String name(Fanout message) {
    return message.headers() == null ? null : message.headers().get(NAME);
  }

  /**
   * Returns the arguments: the body, or with the header {@link #COUNT} the elements of the body.
   */
  @SuppressWarnings("unchecked")
  static List<Object> arguments(Fanout message) {
    Object body = message.payload().body();
    boolean several = message.headers() != null && message.headers().contains(COUNT);
    if (several && body instanceof JsonArray array) {
      return array.getList();
    }
    return body == null ? List.of() : List.of(body);
  }

  private static JsonObject about(Fanout message) {
    JsonObject about = new JsonObject().put("address", message.address());
    if (message.position() != null) {
      about
          .put(StreamJson.EPOCH, message.position().epoch())
          .put(StreamJson.OFFSET, message.position().offset());
    }
    if (message.headers() != null) {
      about.put("headers", HeadersAsJson.of(message.headers()));
    }
    return about;
  }

  /** Returns whether the body can be the only argument; a message without arguments has no body. */
  private static boolean isPlain(List<Object> arguments) {
    return arguments.size() == 1 && arguments.get(0) != null;
  }

  /** Returns a header with the number of arguments; null where the only argument is the body. */
  static @Nullable MultiMap count(List<Object> arguments) {
    return isPlain(arguments)
        ? null
        : MultiMap.caseInsensitiveMultiMap().add(COUNT, Integer.toString(arguments.size()));
  }

  /** Returns the payload on the bus for a client's arguments. */
  static Payload payload(List<Object> arguments) {
    if (!isPlain(arguments)) {
      return Payload.json(new JsonArray(arguments));
    }
    Object only = arguments.get(0);
    return only instanceof Buffer bytes ? Payload.bytes(bytes) : Payload.json(only);
  }
}
