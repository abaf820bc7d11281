package io.busbar.protocol.sockjs;

import io.busbar.protocol.ProtocolException;
import io.busbar.protocol.Utf8;
import io.netty.util.concurrent.ScheduledFuture;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.internal.ContextInternal;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * The body of one request: bounded in size and in the time it may take. What comes beyond the size
 * is read and thrown away, so that the connection can go on. Owned by the connection's loop.
 */
final class Upload {
  private static final String FORM = "application/x-www-form-urlencoded";
  private static final String FIELD = "d=";

  private final HttpServerRequest request;
  private final int limit;
  private final Consumer<byte[]> whole;
  private final ScheduledFuture<?> deadline;
  private Buffer body = Buffer.buffer();

  private Upload(
      HttpServerRequest request,
      ContextInternal context,
      int limit,
      long timeoutMillis,
      Consumer<byte[]> whole) {
    this.request = request;
    this.limit = limit;
    this.whole = whole;
    this.deadline =
        context.nettyEventLoop().schedule(this::expired, timeoutMillis, TimeUnit.MILLISECONDS);
  }

  /**
   * Will hand over the whole body; or answer 413 when it is larger, 408 when it takes too long.
   *
   * @param limit bytes
   */
  static Upload read(
      HttpServerRequest request,
      ContextInternal context,
      int limit,
      long timeoutMillis,
      Consumer<byte[]> whole) {
    Upload upload = new Upload(request, context, limit, timeoutMillis, whole);
    upload.listen();
    if (declared(request) > limit) {
      upload.tooLarge();
    }
    return upload;
  }

  /** Lets the rest go by: the request has been answered. */
  void drop() {
    body = null;
  }

  /** Lets a body that nobody wants go by; not forever. */
  static void discard(HttpServerRequest request, ContextInternal context, long timeoutMillis) {
    if (declared(request) != 0) {
      Upload upload = new Upload(request, context, 0, timeoutMillis, unwanted -> {});
      upload.body = null;
      upload.listen();
    }
  }

  /** The bytes announced; the largest number where they come in chunks. */
  private static long declared(HttpServerRequest request) {
    if (request.headers().contains(HttpHeaders.TRANSFER_ENCODING)) {
      return 1;
    }
    String length = request.getHeader(HttpHeaders.CONTENT_LENGTH);
    try {
      return length == null ? 0 : Long.parseLong(length);
    } catch (NumberFormatException e) {
      return 1;
    }
  }

  private void listen() {
    request.exceptionHandler(broken -> deadline.cancel(false));
    request.handler(this::more);
    request.endHandler(end -> end());
  }

  private void more(Buffer chunk) {
    if (body == null) {
      return;
    }
    if (body.length() + (long) chunk.length() > limit) {
      tooLarge();
    } else {
      body.appendBuffer(chunk);
    }
  }

  private void end() {
    deadline.cancel(false);
    if (body != null) {
      Buffer all = body;
      body = null;
      whole.accept(all.getBytes());
    }
  }

  private void tooLarge() {
    body = null;
    Answers.text(request.response(), 413, "At most " + limit + " bytes are taken.\n");
  }

  private void expired() {
    if (body == null) {
      request.connection().close();
      return;
    }
    body = null;
    request.response().putHeader(HttpHeaders.CONNECTION, HttpHeaders.CLOSE);
    Answers.text(request.response(), 408, "The body took too long.\n");
    request.connection().close();
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
