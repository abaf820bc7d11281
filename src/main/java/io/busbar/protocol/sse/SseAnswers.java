package io.busbar.protocol.sse;

import io.busbar.hub.FailureWords;
import io.busbar.hub.Fanout;
import io.busbar.hub.Refusal;
import io.busbar.hub.RefusedException;
import io.busbar.protocol.HeadersAsJson;
import io.vertx.core.eventbus.ReplyException;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.json.JsonObject;

/** What is answered that is no stream: small JSON objects, and what is wrong in one shape. */
final class SseAnswers {
  private static final String JSON = "application/json; charset=UTF-8";
  private static final String SOON_SECONDS = "1";

  private SseAnswers() {}

  /** Ends with that status and body. */
  static void json(HttpServerResponse response, int status, JsonObject body) {
    if (response.ended() || response.closed()) {
      return;
    }
    if (status == 429 || status == 503) {
      response.putHeader(HttpHeaders.RETRY_AFTER, SOON_SECONDS);
    } else if (status == 401) {
      response.putHeader("WWW-Authenticate", "Bearer");
    }
    response
        .setStatusCode(status)
        .putHeader(HttpHeaders.CONTENT_TYPE, JSON)
        .putHeader(HttpHeaders.CACHE_CONTROL, "no-store")
        .end(body.toBuffer());
  }

  /** {@code {"error": code, "message": words}}. */
  static void error(HttpServerResponse response, int status, String code, String words) {
    json(response, status, new JsonObject().put("error", code).put("message", words));
  }

  static void error(HttpServerResponse response, SseException wrong) {
    error(response, wrong.status(), wrong.code(), wrong.getMessage());
  }

  static void refused(HttpServerResponse response, Refusal refusal, String words) {
    error(response, status(refusal), refusal.code(), words);
  }

  /** What came back of a question. */
  static void answered(HttpServerResponse response, Fanout answer) {
    JsonObject body = new JsonObject().put("body", answer.payload().body());
    if (answer.headers() != null) {
      body.put("headers", HeadersAsJson.of(answer.headers()));
    }
    json(response, 200, body);
  }

  /** What the hub or the bus says of what failed; a feature's own words and number are told. */
  static void failed(HttpServerResponse response, Throwable cause) {
    String words = FailureWords.of(cause);
    if (cause instanceof RefusedException refused) {
      refused(response, refused.refusal(), words);
      return;
    }
    JsonObject body = new JsonObject().put("error", "ERROR").put("message", words);
    int status = 502;
    if (cause instanceof ReplyException reply) {
      body.put("error", reply.failureType().name()).put("failureCode", reply.failureCode());
      status =
          switch (reply.failureType()) {
            case NO_HANDLERS -> 404;
            case TIMEOUT -> 504;
            case RECIPIENT_FAILURE -> 422;
            default -> status;
          };
    }
    json(response, status, body);
  }

  private static int status(Refusal refusal) {
    return switch (refusal) {
      case NOT_LOGGED_IN -> 401;
      case ACCESS_DENIED, REJECTED -> 403;
      case MESSAGE_TOO_BIG -> 413;
      case TOO_MANY_MESSAGES, TOO_MANY_SUBSCRIPTIONS, TOO_MANY_PATTERNS -> 429;
      case REGISTRATION_FAILED, CLOSED -> 503;
      case ADDRESS_TOO_LONG, ALREADY_SUBSCRIBED, BODY_NOT_ALLOWED, INFO_TOO_BIG -> 400;
    };
  }
}
