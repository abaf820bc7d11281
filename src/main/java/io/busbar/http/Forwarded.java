package io.busbar.http;

import io.busbar.config.HttpConfig;
import io.busbar.net.Proxies;
import io.busbar.protocol.BasePath;
import io.vertx.core.MultiMap;
import io.vertx.core.http.HttpServerRequest;
import java.net.InetAddress;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The filter of forwarding headers. It keeps what trusted proxies say about the client, in the one
 * form that the router reads: one address, a scheme, and the base path. It removes everything else.
 * Immutable.
 */
final class Forwarded {
  private static final String FOR = "X-Forwarded-For";
  private static final String PROTO = "X-Forwarded-Proto";
  private static final List<String> OTHERS =
      List.of("Forwarded", "X-Forwarded-Host", "X-Forwarded-Port", "X-Forwarded-Ssl");

  private final Proxies proxies;
  private final String basePath;

  /**
   * @param basePath base path where no proxy sends one; empty for none
   */
  Forwarded(Proxies proxies, String basePath) {
    this.proxies = proxies;
    this.basePath = basePath;
  }

  /** Cleans the headers of a request. Called before the router gets it. */
  void clean(HttpServerRequest request) {
    MultiMap headers = request.headers();
    OTHERS.forEach(headers::remove);
    InetAddress peer = Proxies.address(request.remoteAddress());
    if (peer == null || !proxies.contains(peer)) {
      headers.remove(FOR);
      headers.remove(PROTO);
      prefix(headers, null);
      return;
    }
    prefix(headers, headers.get(BasePath.HEADER));
    InetAddress client = proxies.client(peer, headers.getAll(FOR));
    headers.set(FOR, client.getHostAddress());
    String scheme = headers.get(PROTO);
    if (!"https".equals(scheme) && !"http".equals(scheme)) {
      headers.remove(PROTO);
    }
  }

  private void prefix(MultiMap headers, @Nullable String said) {
    String prefix =
        said != null && said.endsWith("/") ? said.substring(0, said.length() - 1) : said;
    if (prefix != null && HttpConfig.isBasePath(prefix)) {
      headers.set(BasePath.HEADER, prefix);
    } else if (basePath.isEmpty()) {
      headers.remove(BasePath.HEADER);
    } else {
      headers.set(BasePath.HEADER, basePath);
    }
  }
}
