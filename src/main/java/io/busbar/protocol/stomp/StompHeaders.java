package io.busbar.protocol.stomp;

import io.busbar.hub.Disconnect;
import io.busbar.hub.Payload;
import io.busbar.hub.Position;
import io.busbar.hub.Since;
import io.busbar.hub.StreamStart;
import io.busbar.protocol.ProtocolException;
import io.busbar.protocol.StreamJson;
import io.vertx.core.MultiMap;
import io.vertx.core.json.DecodeException;
import io.vertx.core.json.Json;
import io.vertx.ext.stomp.Frame;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Knows which headers belong to STOMP. All others belong to the message and cross to other
 * protocols.
 */
final class StompHeaders {
  static final String REPLY_TO = "reply-to";
  static final String CORRELATION_ID = "correlation-id";
  static final String REDELIVERED = "redelivered";
  static final String PREFETCH_COUNT = "prefetch-count";
  static final String SELECTOR = "selector";
  static final String ERROR = "error";

  /** Start position of a subscription in a stream; RabbitMQ has the same header. */
  static final String STREAM_OFFSET = "x-stream-offset";

  static final String EPOCH = "epoch";
  static final String OFFSET = "offset";
  static final String RECOVERED = "recovered";
  static final String REASON = "reason";

  /** JSON about the client, for those who ask who listens. */
  static final String INFO = "info";

  private static final Set<String> OWN =
      Set.of(
          Frame.DESTINATION,
          Frame.CONTENT_LENGTH,
          Frame.CONTENT_TYPE,
          TransferEncoding.HEADER,
          Frame.RECEIPT,
          Frame.RECEIPT_ID,
          Frame.TRANSACTION,
          Frame.SUBSCRIPTION,
          Frame.MESSAGE_ID,
          Frame.ID,
          Frame.ACK,
          REPLY_TO,
          REDELIVERED);

  /** Names for the prefetch count in RabbitMQ and ActiveMQ. */
  private static final List<String> PREFETCH = List.of(PREFETCH_COUNT, "activemq.prefetchSize");

  /** Names for a durable subscription in ActiveMQ, with its former spelling, and in Artemis. */
  private static final List<String> DURABLE_NAMES =
      List.of(
          "durable-subscription-name",
          "durable-subscriber-name",
          "activemq.subscriptionName",
          "activemq.subcriptionName");

  private StompHeaders() {}

  /**
   * Returns the maximum of unacknowledged messages that a consumer wants.
   *
   * @param usual value for a frame without such a header
   */
  static int prefetch(Frame frame, int usual) {
    for (String name : PREFETCH) {
      String header = frame.getHeader(name);
      if (header != null) {
        boolean number = header.trim().matches("[1-9]\\d{0,4}");
        StompCommands.require(number, name + " is a number from 1 to 99999");
        return Integer.parseInt(header.trim());
      }
    }
    return usual;
  }

  /** Returns the name of the frame's durable subscription; null for none. */
  static @Nullable String durableName(Frame frame) {
    for (String name : DURABLE_NAMES) {
      String header = frame.getHeader(name);
      if (header != null) {
        StompCommands.require(!header.isBlank(), name + " is not empty");
        return header;
      }
    }
    if (!"true".equals(frame.getHeader("durable"))) {
      return null;
    }
    StompCommands.require(
        "false".equals(frame.getHeader("auto-delete")),
        "durable:true on a topic goes with auto-delete:false");
    return StompCommands.required(frame, Frame.ID);
  }

  /** Returns the start position in a stream that a SUBSCRIBE asks for; null for none. */
  static @Nullable Since since(Frame frame) {
    String offset = frame.getHeader(STREAM_OFFSET);
    String epoch = frame.getHeader(EPOCH);
    if (offset == null) {
      return null;
    }
    return switch (offset.trim()) {
      case "first" -> Since.first();
      case "last" -> Since.last();
      case "next" -> Since.next();
      default -> {
        StompCommands.require(
            offset.trim().matches("\\d{1,15}"),
            STREAM_OFFSET + " is first, last, next or the number of a message");
        long number = Long.parseLong(offset.trim());
        yield epoch == null
            ? Since.at(null, number)
            : Since.after(new Position(epoch, Math.max(0, number - 1)));
      }
    };
  }

  /** Returns the headers of a receipt that tell the start position in a stream. */
  static Map<String, String> start(StreamStart start) {
    Map<String, String> headers = new LinkedHashMap<>();
    StreamJson.start(start)
        .forEach(each -> headers.put(each.getKey(), String.valueOf(each.getValue())));
    return headers;
  }

  /** Returns what the client says about itself; null for none. */
  static @Nullable Payload info(Frame frame) {
    String info = frame.getHeader(INFO);
    try {
      return info == null ? null : Payload.json(Json.decodeValue(info));
    } catch (DecodeException e) {
      throw new ProtocolException(Disconnect.PROTOCOL_ERROR, "the header info is JSON");
    }
  }

  static boolean isOwn(String name) {
    return OWN.contains(name.toLowerCase(Locale.ROOT));
  }

  /** Returns the headers that cross to other protocols; null for none. */
  static @Nullable MultiMap crossing(Map<String, String> headers) {
    MultiMap crossing = null;
    for (Map.Entry<String, String> header : headers.entrySet()) {
      if (!isOwn(header.getKey())) {
        crossing = crossing == null ? MultiMap.caseInsensitiveMultiMap() : crossing;
        crossing.add(header.getKey(), header.getValue());
      }
    }
    return crossing;
  }
}
