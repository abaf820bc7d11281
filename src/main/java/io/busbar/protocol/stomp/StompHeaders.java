package io.busbar.protocol.stomp;

import io.vertx.core.MultiMap;
import io.vertx.ext.stomp.Frame;
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

  private StompHeaders() {}

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
