package io.busbar.protocol.session;

import io.busbar.protocol.Client;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What a request says about its client.
 *
 * @param address host that it comes from
 * @param userAgent the header; empty for none
 * @param cookie of this gateway; null for none
 */
public record RequestOrigin(String address, String userAgent, @Nullable String cookie) {
  /**
   * @param cookie of this gateway in the request; null for none
   */
  public static RequestOrigin of(HttpServerRequest request, @Nullable String cookie) {
    String userAgent = Objects.requireNonNullElse(request.getHeader(HttpHeaders.USER_AGENT), "");
    return new RequestOrigin(Client.remoteAddress(request), userAgent, cookie);
  }

  /** Returns whether both seem to come from the same machine and program. */
  public boolean looksLike(RequestOrigin other) {
    return address.equals(other.address) && userAgent.equals(other.userAgent);
  }
}
