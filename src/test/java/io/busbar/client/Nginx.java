package io.busbar.client;

import io.busbar.proxy.ReverseProxy;
import io.busbar.proxy.ReverseProxy.Kind;
import java.net.URI;
import java.nio.file.Path;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * nginx as a load balancer that gives requests to the nodes in turn, nearly as proxies.md
 * configures it. Used by the thread of the test.
 */
final class Nginx implements AutoCloseable {
  private static final String STANZA =
      """
      upstream busbar {
        %s
      }
      server {
        listen 80;
        proxy_http_version 1.1;
        proxy_set_header Connection "";
        proxy_buffering off;
        location / {
          proxy_pass http://busbar;
        }
        location ~ /(xhr|xhr_streaming)$ {
          proxy_pass http://busbar;
          proxy_next_upstream error timeout non_idempotent;
        }
      }
      """;

  private final ReverseProxy proxy;

  /**
   * Starts it in that empty folder, in front of nodes at these ports. Some nodes may be missing.
   */
  Nginx(Path folder, int... nodes) {
    String servers =
        IntStream.of(nodes)
            .mapToObj("server 127.0.0.1:%d max_fails=0;"::formatted)
            .collect(Collectors.joining(" "));
    proxy = ReverseProxy.start(Kind.NGINX, folder, STANZA.formatted(servers));
  }

  /** Skips the test if nginx is missing; on CI that is a failure. */
  static void assumeInstalled() {
    Kind.NGINX.assumeInstalled("SockJS behind a load balancer is not tested");
  }

  URI url() {
    return proxy.url();
  }

  @Override
  public void close() {
    proxy.close();
  }
}
