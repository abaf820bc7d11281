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

/** The bodies that clients send, and the text in them. */
final class Upload {
  private static final String FORM = "application/x-www-form-urlencoded";
  private static final String FIELD = "d=";

  private final InboundBudget inbound;
  private final int limit;
  private final long timeoutMillis;

  /**
   * @param limit bytes of a body
   * @param timeoutMillis that all of it may take
   */
  Upload(InboundBudget inbound, int limit, long timeoutMillis) {
    this.inbound = inbound;
    this.limit = limit;
    this.timeoutMillis = timeoutMillis;
  }

  /** Will hand over the whole body, or answer why not. */
  RequestBody read(HttpServerRequest request, Consumer<byte[]> whole) {
    return RequestBody.read(
        request,
        inbound,
        limit,
        timeoutMillis,
        body -> whole.accept(body.getBytes()),
        (status, words) -> Answers.text(request.response(), status, words + "\n"));
  }

  /** Lets a body that nobody wants go by; not forever. */
  void discard(HttpServerRequest request) {
    RequestBody.discard(request, timeoutMillis);
  }

  /**
   * The text that a body of jsonp_send carries: the field {@code d} of a form, or all of it (SockJS
   * 0.3.3, "JsonPolling"). Empty when the form has no such field.
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
