package io.busbar.protocol.engineio;

import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.json.JsonObject;

/** What is wrong with a request, in the words of Engine.IO. */
enum EngineError {
  UNKNOWN_TRANSPORT(0, "Transport unknown"),
  UNKNOWN_SID(1, "Session ID unknown"),
  BAD_HANDSHAKE(2, "Bad handshake method"),
  BAD_REQUEST(3, "Bad request"),
  FORBIDDEN(4, "Forbidden"),
  UNSUPPORTED_REVISION(5, "Unsupported protocol version");

  private final int code;
  private final String words;

  EngineError(int code, String words) {
    this.code = code;
    this.words = words;
  }

  /** Answers with it. */
  void answer(HttpServerResponse response) {
    response
        .setStatusCode(this == FORBIDDEN ? 403 : 400)
        .putHeader(HttpHeaders.CONTENT_TYPE, "application/json")
        .end(new JsonObject().put("code", code).put("message", words).encode());
  }
}
