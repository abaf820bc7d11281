package io.busbar.config;

import java.time.Duration;
import java.util.List;
import java.util.regex.Pattern;

/**
 * The configuration of the HTTP port.
 *
 * @param port 0 takes a free port
 * @param tls serves HTTPS and WSS instead of HTTP and WS, if it has a certificate
 * @param redirect plain port that redirects browsers to the TLS port
 * @param hsts how long browsers must use only TLS afterwards; 0s sends no header. It is sent only
 *     over TLS, and not with a self-signed certificate
 * @param proxies addresses and networks (CIDR) whose X-Forwarded-For and -Proto count
 * @param proxyProtocol every connection begins with HAProxy's PROXY header, and only proxies may
 *     send it
 * @param hosts accepted host names, {@code *.example.com} for all below one, {@code *} for any.
 *     Without it those of the machine and of the origins count, and over TLS all. Addresses and
 *     names without a dot are always accepted
 * @param origins other origins whose pages may connect, as {@link Origins} reads them. A client
 *     without Origin is no browser and may connect
 * @param basePath path before the gateway's own paths in the URLs of browsers, such as {@code
 *     /realtime}; empty for none. It is for a proxy that gives the gateway a part of a host
 * @param webroot folder of the pages: in the working directory, beside the jar, or in it
 * @param requestTimeout time limit for the head of a request
 * @param maxHeaderSize maximum size of all headers of a request together
 * @param maxRequestLine maximum size of method, path and query of a request
 */
public record HttpConfig(
    String host,
    int port,
    TlsConfig tls,
    Redirect redirect,
    Duration hsts,
    List<String> proxies,
    boolean proxyProtocol,
    List<String> hosts,
    List<String> origins,
    String basePath,
    String webroot,
    Duration requestTimeout,
    Size maxHeaderSize,
    Size maxRequestLine,
    WebSocket websocket) {
  private static final int LONGEST_BASE_PATH = 200;
  private static final Pattern BASE_PATH = Pattern.compile("(/(?!\\.{1,2}(/|$))[A-Za-z0-9_~.-]+)+");

  public HttpConfig {
    proxies = List.copyOf(proxies);
    hosts = List.copyOf(hosts);
    origins = List.copyOf(origins);
    Checks.text("host", host);
    Checks.port("port", port);
    Checks.require(
        !redirect.enabled() || tls.enabled(), "redirect.enabled", "needs tls, to redirect to");
    Checks.proxies(proxies, proxyProtocol);
    for (int i = 0; i < hosts.size(); i++) {
      Checks.host("hosts[" + i + "]", hosts.get(i));
    }
    for (int i = 0; i < origins.size(); i++) {
      Checks.origin("origins[" + i + "]", origins.get(i));
    }
    Checks.require(
        basePath.isEmpty() || isBasePath(basePath), "base-path", "must be a path like /realtime");
    Checks.text("webroot", webroot);
    Checks.positive("request-timeout", requestTimeout);
    Checks.between("max-header-size", maxHeaderSize, 512, 1 << 20);
    Checks.between("max-request-line", maxRequestLine, 256, 1 << 20);
  }

  /** Returns whether the path can be a base path. */
  public static boolean isBasePath(String path) {
    return path.length() <= LONGEST_BASE_PATH && BASE_PATH.matcher(path).matches();
  }

  static HttpConfig defaults() {
    return new HttpConfig(
        "127.0.0.1",
        8080,
        TlsConfig.none(),
        new Redirect(false, 80),
        Duration.ofHours(8760),
        List.of(),
        false,
        List.of(),
        List.of(),
        "",
        "webroot",
        Duration.ofSeconds(10),
        Size.ofKiB(8),
        Size.ofKiB(4),
        new WebSocket(
            false, 6, new Size(512), new Size(0), Duration.ofSeconds(30), Duration.ofSeconds(30)));
  }

  /**
   * A plain port that redirects every request to the same URL over TLS.
   *
   * @param port 0 takes a free port
   */
  public record Redirect(boolean enabled, int port) {
    public Redirect {
      Checks.port("port", port);
    }
  }

  /**
   * The configuration of all WebSockets.
   *
   * @param compression accepts permessage-deflate
   * @param compressionLevel from 1, which is fast, to 9, which is small
   * @param compressionThreshold smaller messages are not compressed
   * @param compressionMemory bytes of earlier messages of all clients that later ones may refer to;
   *     0 for the value of limits.inbound-total
   * @param pingInterval a client that is silent for this long gets a ping
   * @param pongTimeout a client that is silent for this long after the ping is dropped
   */
  public record WebSocket(
      boolean compression,
      int compressionLevel,
      Size compressionThreshold,
      Size compressionMemory,
      Duration pingInterval,
      Duration pongTimeout) {
    public WebSocket {
      Checks.between("compression-level", compressionLevel, 1, 9);
      Checks.between("compression-threshold", compressionThreshold, 0, 1 << 20);
      Checks.between("compression-memory", compressionMemory, 0, 1L << 40);
      Checks.positive("ping-interval", pingInterval);
      Checks.positive("pong-timeout", pongTimeout);
    }
  }
}
