package io.busbar.protocol.sockjs;

import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import java.util.Objects;

/**
 * What a request shows of who sent it.
 *
 * @param address the host it comes from
 * @param userAgent the header; empty for none
 * @param cookie of ours; null for none
 */
record Visitor(String address, String userAgent, String cookie) {
  static final String COOKIE = "busbar-client";

  static Visitor of(HttpServerRequest request) {
    String address = request.remoteAddress() == null ? "" : request.remoteAddress().hostAddress();
    String userAgent = Objects.requireNonNullElse(request.getHeader(HttpHeaders.USER_AGENT), "");
    String cookie = Cookies.value(request, COOKIE);
    return new Visitor(Objects.requireNonNullElse(address, ""), userAgent, cookie);
  }

  /** Whether both come from the same machine and program, as far as one can see. */
  boolean looksLike(Visitor other) {
    return address.equals(other.address) && userAgent.equals(other.userAgent);
  }
}
