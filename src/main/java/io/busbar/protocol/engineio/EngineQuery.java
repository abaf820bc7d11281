package io.busbar.protocol.engineio;

import io.vertx.core.MultiMap;
import io.vertx.core.http.HttpServerRequest;
import java.util.Objects;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The query parameters of an Engine.IO request; null for missing ones.
 *
 * @param revision of {@code EIO}; null for an unknown one
 * @param transport that the client uses
 * @param sid id of the session; null for a new one
 * @param base64 whether the client accepts no bytes in payloads
 * @param jsonp index of the callback, for clients that can only load scripts
 */
record EngineQuery(
    @Nullable EngineRevision revision,
    @Nullable String transport,
    @Nullable String sid,
    boolean base64,
    @Nullable String jsonp) {

  private static final Pattern JSONP = Pattern.compile("[0-9]{1,10}");

  /** Returns the revision of a query that the endpoint has checked. */
  EngineRevision checkedRevision() {
    return Objects.requireNonNull(revision, "the endpoint has refused others");
  }

  /** Returns whether a callback is absent, or valid and allowed by the revision. */
  boolean isWellFormed() {
    return jsonp == null || revision == EngineRevision.THREE && JSONP.matcher(jsonp).matches();
  }

  /**
   * Returns the parameters of the request; null where it is not one of Engine.IO.
   *
   * @throws IllegalArgumentException when the query is malformed
   */
  static @Nullable EngineQuery of(HttpServerRequest request) {
    MultiMap params = request.params();
    String eio = params.get("EIO");
    String transport = params.get("transport");
    String sid = params.get("sid");
    if (eio == null && transport == null && sid == null) {
      return null;
    }
    boolean base64 = params.contains("b64");
    return new EngineQuery(EngineRevision.of(eio), transport, sid, base64, params.get("j"));
  }
}
