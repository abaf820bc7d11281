package io.busbar.protocol.sockjs;

import io.busbar.hub.InboundBudget;
import io.busbar.protocol.ProtocolException;
import io.busbar.protocol.RequestBody;
import io.busbar.protocol.Utf8;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.function.Consumer;

/**
 * Reads the bodies of requests and the text in them. Immutable; runs on the event loop of the
 * request.
 */
final class Upload {
  private static final String FORM = "application/x-www-form-urlencoded";
  private static final String FIELD = "d=";

  private final InboundBudget inbound;
  private final int limit;
  private final long timeoutMillis;

  /**
   * @param limit maximum size of a body in bytes
   * @param timeoutMillis maximum time for a whole body, in milliseconds
   */
  Upload(InboundBudget inbound, int limit, long timeoutMillis) {
    this.inbound = inbound;
    this.limit = limit;
    this.timeoutMillis = timeoutMillis;
  }

  /** Will pass on the whole body, or answer the request with an error. */
  RequestBody read(HttpServerRequest request, Consumer<byte[]> whole) {
    return RequestBody.read(
        request,
        inbound,
        limit,
        timeoutMillis,
        body -> whole.accept(body.getBytes()),
        (status, words) -> Answers.text(request.response(), status, words + "\n"));
  }

  /** Reads and drops an unused body, within the time limit. */
  void discard(HttpServerRequest request) {
    RequestBody.discard(request, timeoutMillis);
  }

  /**
   * Returns the text in the body of a jsonp_send: the form field {@code d}, or the whole body
   * (SockJS 0.3.3, "JsonPolling"). Empty when the form has no such field.
   *
   * @throws ProtocolException when it is not UTF-8
   */
  static String formText(HttpServerRequest request, byte[] body) {
    String type = request.getHeader(HttpHeaders.CONTENT_TYPE);
    if (type == null || !type.toLowerCase(Locale.ROOT).startsWith(FORM)) {
      return Utf8.decode(body);
    }
    for (String pair : new String(body, StandardCharsets.ISO_8859_1).split("&")) {
      if (pair.startsWith(FIELD)) {
        return Utf8.decode(unescape(pair.substring(FIELD.length())));
      }
    }
    return "";
  }

  private static byte[] unescape(String value) {
    ByteArrayOutputStream out = new ByteArrayOutputStream(value.length());
    for (int at = 0; at < value.length(); at++) {
      char next = value.charAt(at);
      int high = next == '%' && at + 2 < value.length() ? hex(value.charAt(at + 1)) : -1;
      int low = high >= 0 ? hex(value.charAt(at + 2)) : -1;
      if (low >= 0) {
        out.write(high << 4 | low);
        at += 2;
      } else {
        out.write(next == '+' ? ' ' : next);
      }
    }
    return out.toByteArray();
  }

  private static int hex(char digit) {
    return Character.digit(digit, 16);
  }
}
