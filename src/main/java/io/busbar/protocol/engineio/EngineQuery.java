package io.busbar.protocol.engineio;

import io.vertx.core.MultiMap;
import io.vertx.core.http.HttpServerRequest;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What the query of a URL says; null for what it does not.
 *
 * @param revision EIO; null where it names none that there is
 * @param transport by which the client comes
 * @param sid of the session; null for a new one
 * @param base64 whether the client takes no bytes in payloads
 * @param jsonp the index of the callback, where the client can only load scripts
 */
record EngineQuery(
    @Nullable EngineRevision revision, @Nullable String transport, @Nullable String sid, boolean base64, @Nullable String jsonp) {

  private static final Pattern JSONP = Pattern.compile("[0-9]{1,10}");

  /** Whether scripts are wanted only where there are any, and in a way that there is. */
  boolean isWellFormed() {
    return jsonp == null || revision == EngineRevision.THREE && JSONP.matcher(jsonp).matches();
  }

  /**
   * The query of the request; null where it is not one of Engine.IO.
   *
   * @throws IllegalArgumentException when it cannot be read
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
