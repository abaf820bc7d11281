package io.busbar.config;

import java.time.Duration;
import java.util.List;
import java.util.regex.Pattern;

/**
 * The HTTP port.
 *
 * @param port 0 takes a free one
 * @param tls HTTPS and WSS instead of HTTP and WS, where it has a certificate
 * @param redirect a plain port that sends browsers to the TLS one
 * @param hsts for how long browsers must not come without TLS again; 0s says nothing about it. Only
 *     told over TLS, and not with a self-signed certificate
 * @param proxies addresses and networks (CIDR) whose X-Forwarded-For and -Proto count
 * @param proxyProtocol every connection begins with HAProxy's PROXY header; only from the proxies
 * @param hosts the names that the gateway answers to, {@code *.example.com} for all below one, or
 *     {@code *} for any; unset those of the machine and of the origins, and over TLS any. Addresses
 *     and names without a dot always
 * @param origins whose pages may connect besides the gateway's own, as {@link Origins} reads them.
 *     A client that sends no Origin is no browser and may
 * @param basePath what stands before the gateway's own paths in the URLs that browsers know, like
 *     {@code /realtime}, where a proxy gives it only a part of a host; empty for nothing
 * @param webroot the folder of the pages: in the working directory, beside the jar, or in it
 * @param requestTimeout how long a client may take to send the head of a request
 * @param maxHeaderSize all headers of a request together
 * @param maxRequestLine method, path and query of a request
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

  /** Whether all of the gateway can be below it. */
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
        new WebSocket(false, 6, new Size(512), new Size(0), Duration.ofSeconds(30), Duration.ofSeconds(30)));
  }

  /**
   * A plain port that answers everything with the same URL over TLS.
   *
   * @param port 0 takes a free one
   */
  public record Redirect(boolean enabled, int port) {
    public Redirect {
      Checks.port("port", port);
    }
  }

  /**
   * What holds for every WebSocket.
   *
   * @param compression agrees to permessage-deflate
   * @param compressionLevel 1, which is fast, to 9, which is small
   * @param compressionThreshold smaller messages are not compressed
   * @param compressionMemory bytes that all clients together may have of earlier messages, for
   *     later ones to refer to; 0 is as many as limits.inbound-total
   * @param pingInterval after this silence the client is pinged
   * @param pongTimeout and, when still silent after this, dropped
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
