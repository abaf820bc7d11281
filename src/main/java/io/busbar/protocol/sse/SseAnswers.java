package io.busbar.protocol.sse;

import io.busbar.hub.FailureWords;
import io.busbar.hub.Fanout;
import io.busbar.hub.RefusedException;
import io.busbar.protocol.HeadersAsJson;
import io.busbar.protocol.HttpAnswers;
import io.vertx.core.eventbus.ReplyException;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.json.JsonObject;

/** Writes the responses that are not streams, in addition to {@link HttpAnswers}. */
final class SseAnswers {
  private SseAnswers() {}

  static void error(HttpServerResponse response, SseException wrong) {
    HttpAnswers.error(response, wrong.status(), wrong.code(), wrong.getMessage());
  }

  /** Writes the reply to a request. */
  static void answered(HttpServerResponse response, Fanout answer) {
    JsonObject body = new JsonObject().put("body", answer.payload().body());
    if (answer.headers() != null) {
      body.put("headers", HeadersAsJson.of(answer.headers()));
    }
    HttpAnswers.json(response, 200, body);
  }

  /** Writes an error of the hub or the bus, or the message and code of a feature. */
  static void failed(HttpServerResponse response, Throwable cause) {
    String words = FailureWords.of(cause);
    if (cause instanceof RefusedException refused) {
      HttpAnswers.refused(response, refused.refusal(), words);
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
    HttpAnswers.json(response, status, body);
  }
}
