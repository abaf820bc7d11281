package io.busbar.http;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.ext.web.RoutingContext;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The response to a GET or HEAD of a file: all of it, one range, or 304 (RFC 9110, sections 13 and
 * 14). It uses gzip where the client accepts it. Used by the request's event loop.
 */
final class FileAnswer {
  private static final Pattern RANGE = Pattern.compile("bytes=(\\d{1,18})-(\\d{0,18})");
  private static final String GZIP = "gzip";
  private static final int PIECE = 64 << 10;

  private final HttpServerRequest request;
  private final HttpServerResponse response;

  /** The Range header; null for the whole file. */
  private final @Nullable String range;

  private final ClassPathFile file;
  private final boolean zip;
  private final String etag;

  FileAnswer(RoutingContext routing, ClassPathFile file) {
    this.request = routing.request();
    this.response = routing.response();
    this.range = isGet() ? request.getHeader("Range") : null;
    this.file = file;
    this.zip = range == null && file.zipped() != null && takesGzip(routing);
    this.etag = '"' + file.hash() + (zip ? "-gzip\"" : "\"");
  }

  private boolean isGet() {
    return request.method() == HttpMethod.GET;
  }

  private static boolean takesGzip(RoutingContext routing) {
    return routing.parsedHeaders().acceptEncoding().stream()
        .anyMatch(coding -> coding.weight() > 0 && coding.value().equalsIgnoreCase(GZIP));
  }

  void send(String cacheControl) {
    response
        .putHeader(HttpHeaders.ETAG, etag)
        .putHeader(HttpHeaders.CACHE_CONTROL, cacheControl)
        .putHeader(HttpHeaders.VARY, HttpHeaders.ACCEPT_ENCODING);
    if (isKnown()) {
      response.setStatusCode(304).end();
      return;
    }
    response
        .putHeader(HttpHeaders.CONTENT_TYPE, file.type())
        .putHeader(HttpHeaders.ACCEPT_RANGES, "bytes");
    if (zip) {
      response.putHeader(HttpHeaders.CONTENT_ENCODING, GZIP);
    }
    Buffer zipped = file.zipped();
    Buffer body = zip && zipped != null ? zipped : part(file.plain());
    response.putHeader(HttpHeaders.CONTENT_LENGTH, Integer.toString(body.length()));
    if (isGet()) {
      write(body);
    } else {
      response.end();
    }
  }

  private boolean isKnown() {
    String known = request.getHeader(HttpHeaders.IF_NONE_MATCH);
    return known != null && (known.contains(etag) || known.trim().equals("*"));
  }

  /**
   * Sets the head for the range and returns its bytes. Returns everything without a range, or where
   * the range belongs to an older file.
   */
  private Buffer part(Buffer all) {
    String older = request.getHeader("If-Range");
    Matcher asked = range == null ? null : RANGE.matcher(range);
    if (asked == null || !asked.matches() || older != null && !older.equals(etag)) {
      return all;
    }
    long size = all.length();
    long first = Long.parseLong(asked.group(1));
    long last = asked.group(2).isEmpty() ? size - 1 : Long.parseLong(asked.group(2));
    last = Math.min(last, size - 1);
    if (first > last) {
      response.setStatusCode(416).putHeader(HttpHeaders.CONTENT_RANGE, "bytes */" + size);
      return Buffer.buffer();
    }
    response
        .setStatusCode(206)
        .putHeader(HttpHeaders.CONTENT_RANGE, "bytes " + first + "-" + last + "/" + size);
    return all.slice((int) first, (int) last + 1);
  }

  /** Writes in pieces, so that no more is copied than the socket takes. */
  private void write(Buffer body) {
    int at = 0;
    for (; body.length() - at > PIECE; at += PIECE) {
      response.write(body.slice(at, at + PIECE));
    }
    response.end(body.slice(at, body.length()));
  }
}
