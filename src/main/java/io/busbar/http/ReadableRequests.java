package io.busbar.http;

import io.vertx.core.Handler;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpVersion;
import java.util.regex.Pattern;

/**
 * The filter of malformed requests, before the router. It passes requests that name a host and
 * whose URI has no broken escape; the router would report others as its own failures. Any thread
 * may use it.
 */
public final class ReadableRequests implements Handler<HttpServerRequest> {
  private static final Pattern BROKEN = Pattern.compile("%(?![0-9A-Fa-f]{2})");

  private final Handler<HttpServerRequest> router;
  private final String contentType;
  private final String words;

  /**
   * @param words answer to malformed requests
   */
  public ReadableRequests(Handler<HttpServerRequest> router, String contentType, String words) {
    this.router = router;
    this.contentType = contentType;
    this.words = words;
  }

  @Override
  public void handle(HttpServerRequest request) {
    if (namesHost(request) && !isBroken(request.uri())) {
      router.handle(request);
      return;
    }
    request
        .response()
        .setStatusCode(400)
        .putHeader(HttpHeaders.CONTENT_TYPE, contentType)
        .end(words);
  }

  private static boolean isBroken(String uri) {
    return uri.indexOf('%') >= 0 && BROKEN.matcher(uri).find();
  }

  /** HTTP/1.0 does not require it. */
  private static boolean namesHost(HttpServerRequest request) {
    boolean mayBeSilent = request.version() == HttpVersion.HTTP_1_0;
    return request.authority() != null
        || mayBeSilent && !request.headers().contains(HttpHeaders.HOST);
  }
}
