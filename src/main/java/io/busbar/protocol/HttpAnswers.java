package io.busbar.protocol;

import io.busbar.hub.Refusal;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.json.JsonObject;

/** The responses to single requests: small JSON objects, and one common form for errors. */
public final class HttpAnswers {
  private static final String JSON = "application/json; charset=UTF-8";
  private static final String WWW_AUTHENTICATE = "WWW-Authenticate";
  private static final String SOON_SECONDS = "1";

  private HttpAnswers() {}

  /** Ends the response with that status and body. */
  public static void json(HttpServerResponse response, int status, JsonObject body) {
    if (response.ended() || response.closed()) {
      return;
    }
    if (status == 429 || status == 503) {
      response.putHeader(HttpHeaders.RETRY_AFTER, SOON_SECONDS);
    } else if (status == 401 && !response.headers().contains(WWW_AUTHENTICATE)) {
      response.putHeader(WWW_AUTHENTICATE, "Bearer");
    }
    response
        .setStatusCode(status)
        .putHeader(HttpHeaders.CONTENT_TYPE, JSON)
        .putHeader(HttpHeaders.CACHE_CONTROL, "no-store")
        .end(body.toBuffer());
  }

  /** Ends the response with {@code {"error": code, "message": words}}. */
  public static void error(HttpServerResponse response, int status, String code, String words) {
    json(response, status, new JsonObject().put("error", code).put("message", words));
  }

  public static void refused(HttpServerResponse response, Refusal refusal, String words) {
    error(response, status(refusal), refusal.code(), words);
  }

  /** Returns the HTTP status for the refusal. */
  public static int status(Refusal refusal) {
    return switch (refusal) {
      case NOT_LOGGED_IN -> 401;
      case ACCESS_DENIED, REJECTED -> 403;
      case MESSAGE_TOO_BIG -> 413;
      case TOO_MANY_MESSAGES, TOO_MANY_SUBSCRIPTIONS, TOO_MANY_PATTERNS -> 429;
      case REGISTRATION_FAILED, CLOSED -> 503;
      case ADDRESS_TOO_LONG,
          ALREADY_SUBSCRIBED,
          BODY_NOT_ALLOWED,
          INFO_TOO_BIG,
          FILTER_NOT_ALLOWED ->
          400;
    };
  }
}
