package io.busbar.protocol.route;

import io.busbar.hub.FailureWords;
import io.busbar.hub.Fanout;
import io.busbar.hub.Payload;
import io.busbar.hub.RefusedException;
import io.busbar.protocol.HttpAnswers;
import io.busbar.protocol.SafeJson;
import io.vertx.core.MultiMap;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.eventbus.ReplyException;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.json.EncodeException;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Writes the replies of features as HTTP responses. An error of a feature is returned as text for
 * the operator, and not sent.
 */
final class RouteAnswers {
  private static final Pattern STATUS = Pattern.compile("[2-5][0-9]{2}");
  private static final Pattern VALUE = Pattern.compile("[\\x20-\\x7e\\t]*");

  /** No content, reset content, not modified. */
  private static final Set<Integer> HAVE_NO_BODY = Set.of(204, 205, 304);

  private static final List<CharSequence> TAKEN =
      List.of(
          HttpHeaders.CONTENT_TYPE,
          HttpHeaders.LOCATION,
          HttpHeaders.CACHE_CONTROL,
          HttpHeaders.SET_COOKIE);

  private RouteAnswers() {}

  /** Writes {@code {"error": words}}. */
  static void error(HttpServerResponse response, int status, String words) {
    HttpAnswers.json(response, status, new JsonObject().put("error", words));
  }

  /**
   * Writes the reply as the response. Returns null, or an error of the feature, for which nothing
   * is written.
   */
  static @Nullable String answered(HttpServerResponse response, Fanout answer) {
    MultiMap headers = answer.busHeaders();
    String status = headers.get("status");
    if (status != null && !STATUS.matcher(status).matches()) {
      return "an answer has a status that is not from 200 to 599: " + status;
    }
    for (CharSequence name : TAKEN) {
      if (headers.getAll(name).stream().anyMatch(value -> !VALUE.matcher(value).matches())) {
        return "an answer has a " + name + " with characters that no header has";
      }
    }
    Buffer body;
    try {
      body = body(answer.payload());
    } catch (EncodeException e) {
      return "an answer is JSON that cannot be written";
    }
    int usual = body == null ? 204 : 200;
    response.setStatusCode(status == null ? usual : Integer.parseInt(status));
    response.putHeader(HttpHeaders.CACHE_CONTROL, "no-store");
    if (body != null) {
      response.putHeader(HttpHeaders.CONTENT_TYPE, type(answer.payload()));
    }
    for (CharSequence name : TAKEN) {
      if (headers.contains(name)) {
        // Only cookies may occur several times.
        boolean all = name == HttpHeaders.SET_COOKIE;
        response.putHeader(
            name.toString(), all ? headers.getAll(name) : List.of(headers.get(name)));
      }
    }
    if (body == null || HAVE_NO_BODY.contains(response.getStatusCode())) {
      response.end();
    } else {
      // Vert.x does not set it for a HEAD request.
      response.putHeader(HttpHeaders.CONTENT_LENGTH, Integer.toString(body.length())).end(body);
    }
    return null;
  }

  /** Returns the body; null for none. */
  private static @Nullable Buffer body(Payload payload) {
    if (payload.kind() != Payload.Kind.JSON) {
      return Buffer.buffer(payload.raw());
    }
    Object value = payload.body();
    return value == null ? null : Buffer.buffer(SafeJson.write(value));
  }

  private static String type(Payload payload) {
    return switch (payload.kind()) {
      case JSON -> "application/json";
      case TEXT -> "text/plain; charset=utf-8";
      case BYTES -> "application/octet-stream";
    };
  }

  /** Returns whether a feature, or the pool of its worker, may send that status to a client. */
  private static boolean isStatus(int code) {
    return code >= 400 && code <= 499 || code >= 502 && code <= 504;
  }

  /**
   * Writes the reason for a missing reply: the feature's message for a refusal, otherwise a
   * standard one. Returns null, or an error of the feature, for which nothing is written.
   */
  static @Nullable String failed(HttpServerResponse response, @Nullable Throwable cause) {
    if (cause instanceof RefusedException refused) {
      error(response, HttpAnswers.status(refused.refusal()), refused.refusal().words());
      return null;
    }
    if (!(cause instanceof ReplyException reply)) {
      return "the bus failed: " + cause;
    }
    int code = reply.failureCode();
    switch (reply.failureType()) {
      case NO_HANDLERS -> error(response, 503, "nobody is there to answer");
      case TIMEOUT -> error(response, 504, "no answer came in time");
      case RECIPIENT_FAILURE -> {
        if (!isStatus(code)) {
          return "the feature failed with code " + code + ": " + reply.getMessage();
        }
        error(response, code, FailureWords.of(reply));
      }
      default -> {
        return "the bus failed: " + reply.getMessage();
      }
    }
    return null;
  }
}
