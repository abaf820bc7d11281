package io.busbar.http;

import io.busbar.net.Proxies;
import io.vertx.core.MultiMap;
import io.vertx.core.http.HttpServerRequest;
import java.net.InetAddress;
import java.util.List;

/**
 * Leaves in a request what proxies that we trust say of its client, in the one form that the router
 * then reads: a single address, and a scheme. What anybody else says goes.
 */
final class Forwarded {
  private static final String FOR = "X-Forwarded-For";
  private static final String PROTO = "X-Forwarded-Proto";
  private static final List<String> OTHERS =
      List.of("Forwarded", "X-Forwarded-Host", "X-Forwarded-Port", "X-Forwarded-Ssl");

  private final Proxies proxies;

  Forwarded(Proxies proxies) {
    this.proxies = proxies;
  }

  /** Must see a request before its router does. */
  void clean(HttpServerRequest request) {
    MultiMap headers = request.headers();
    OTHERS.forEach(headers::remove);
    InetAddress peer = Proxies.address(request.remoteAddress());
    if (peer == null || !proxies.contains(peer)) {
      headers.remove(FOR);
      headers.remove(PROTO);
      return;
    }
    InetAddress client = proxies.client(peer, headers.getAll(FOR));
    headers.set(FOR, client.getHostAddress());
    String scheme = headers.get(PROTO);
    if (!"https".equals(scheme) && !"http".equals(scheme)) {
      headers.remove(PROTO);
    }
  }
}
