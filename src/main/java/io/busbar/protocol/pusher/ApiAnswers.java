package io.busbar.protocol.pusher;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerResponse;

/** Writes the responses to backends: JSON, or an error in plain text. */
final class ApiAnswers {
  /** The response without content. */
  static final Buffer NOTHING = Buffer.buffer("{}");

  private static final CharSequence JSON = HttpHeaders.createOptimized("application/json");
  private static final CharSequence TEXT = HttpHeaders.createOptimized("text/plain; charset=utf-8");
  private static final String SOON_SECONDS = "1";

  private ApiAnswers() {}

  static void json(HttpServerResponse response, Buffer body) {
    if (!response.ended() && !response.closed()) {
      response.putHeader(HttpHeaders.CONTENT_TYPE, JSON).end(body);
    }
  }

  static void refused(HttpServerResponse response, int status, String words) {
    if (response.ended() || response.closed()) {
      return;
    }
    if (status == 429 || status == 503) {
      response.putHeader(HttpHeaders.RETRY_AFTER, SOON_SECONDS);
    }
    response.setStatusCode(status).putHeader(HttpHeaders.CONTENT_TYPE, TEXT).end(words + "\n");
  }
}
