package io.busbar.protocol.engineio;

import io.busbar.protocol.CrossOrigin;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.json.JsonObject;

/** The error responses of Engine.IO, each with an HTTP status, a code and a message. */
enum EngineError {
  UNKNOWN_TRANSPORT(400, 0, "Transport unknown"),
  UNKNOWN_SID(400, 1, "Session ID unknown"),
  BAD_HANDSHAKE_METHOD(400, 2, "Bad handshake method"),
  BAD_REQUEST(400, 3, "Bad request"),
  TOO_LARGE(413, 3, "Payload too large"),
  TOO_MANY_SESSIONS(503, 3, "Too many sessions"),
  UNSUPPORTED_VERSION(400, 5, "Unsupported protocol version");

  private final int status;
  private final int code;
  private final String message;

  EngineError(int status, int code, String message) {
    this.status = status;
    this.code = code;
    this.message = message;
  }

  /** Answers the request with this error. */
  void answer(HttpServerRequest request) {
    CrossOrigin.allow(request);
    answer(request.response());
  }

  /** Answers with this error, where the headers for pages of other origins are set already. */
  void answer(HttpServerResponse response) {
    answer(response, status, code, message);
  }

  /** Answers with an error for a request that cannot be served. */
  static void answer(HttpServerResponse response, int status, String words) {
    answer(response, status, BAD_REQUEST.code, words);
  }

  private static void answer(HttpServerResponse response, int status, int code, String words) {
    response
        .setStatusCode(status)
        .putHeader(HttpHeaders.CONTENT_TYPE, "application/json")
        .putHeader(HttpHeaders.CACHE_CONTROL, "no-store")
        .end(new JsonObject().put("code", code).put("message", words).encode());
  }
}
