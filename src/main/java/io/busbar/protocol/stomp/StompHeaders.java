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

/** Which headers are STOMP's own and which are the message's, and cross to other protocols. */
final class StompHeaders {
  static final String REPLY_TO = "reply-to";
  static final String CORRELATION_ID = "correlation-id";
  static final String REDELIVERED = "redelivered";
  static final String PREFETCH_COUNT = "prefetch-count";
  static final String SELECTOR = "selector";
  static final String ERROR = "error";

  /** Where in a stream a subscription begins, as RabbitMQ calls it. */
  static final String STREAM_OFFSET = "x-stream-offset";

  static final String EPOCH = "epoch";
  static final String OFFSET = "offset";
  static final String RECOVERED = "recovered";
  static final String REASON = "reason";

  /** What a client says of itself to those who ask who listens: JSON. */
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

  /** How clients of RabbitMQ and of ActiveMQ ask for a number of messages. */
  private static final List<String> PREFETCH = List.of(PREFETCH_COUNT, "activemq.prefetchSize");

  /** How clients of ActiveMQ, as it was once spelled, too, and of Artemis name a subscription. */
  private static final List<String> DURABLE_NAMES =
      List.of(
          "durable-subscription-name",
          "durable-subscriber-name",
          "activemq.subscriptionName",
          "activemq.subcriptionName");

  private StompHeaders() {}

  /** Messages that a consumer wants to have unacknowledged at most. */
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

  /** The name of the durable subscription that the frame is about; null where it is about none. */
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

  /** Where in a stream a SUBSCRIBE wants to begin; null where it does not say. */
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

  /** What the receipt of a SUBSCRIBE says of where it begins. */
  static Map<String, String> start(StreamStart start) {
    Map<String, String> headers = new LinkedHashMap<>();
    StreamJson.start(start)
        .forEach(each -> headers.put(each.getKey(), String.valueOf(each.getValue())));
    return headers;
  }

  /** What the client says of itself; null for nothing. */
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

  /** The headers that cross over; null when there are none. */
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
