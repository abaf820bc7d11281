package io.busbar.protocol.stomp;

import io.busbar.hub.Disconnect;
import io.busbar.hub.Payload;
import io.busbar.protocol.ProtocolException;
import io.vertx.core.MultiMap;
import io.vertx.core.json.DecodeException;
import io.vertx.core.json.Json;
import io.vertx.ext.stomp.Frame;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/** Which headers are STOMP's own and which are the message's, and cross to other protocols. */
final class StompHeaders {
  static final String REPLY_TO = "reply-to";
  static final String CORRELATION_ID = "correlation-id";
  static final String REDELIVERED = "redelivered";
  static final String PREFETCH_COUNT = "prefetch-count";
  static final String SELECTOR = "selector";
  static final String ERROR = "error";

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
  static String durableName(Frame frame) {
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

  /** What the client says of itself; null for nothing. */
  static Payload info(Frame frame) {
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
  static MultiMap crossing(Map<String, String> headers) {
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
