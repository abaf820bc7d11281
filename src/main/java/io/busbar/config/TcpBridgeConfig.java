package io.busbar.config;

import java.util.List;

/**
 * The TCP event-bus bridge: the bridge's messages, each with its length before it. How long an
 * answer may take and how bytes are written is said at the bridge.
 *
 * @param enabled whether it listens at all
 * @param host where TCP listens
 * @param port of TCP; 0 takes a free one
 * @param plain whether that port listens; false where all must come by TLS
 * @param tlsPort of TCP over TLS, which listens where tls has a certificate; 0 takes a free one
 * @param proxies addresses and networks (CIDR) that may speak the PROXY protocol
 * @param proxyProtocol every connection begins with HAProxy's PROXY header; only from the proxies
 */
public record TcpBridgeConfig(
    boolean enabled,
    String host,
    int port,
    boolean plain,
    int tlsPort,
    TlsConfig tls,
    List<String> proxies,
    boolean proxyProtocol)
    implements TcpPort {
  public TcpBridgeConfig {
    proxies = List.copyOf(proxies);
    Checks.tcp(host, port, plain, tlsPort, tls, proxies, proxyProtocol);
  }

  static TcpBridgeConfig defaults() {
    return new TcpBridgeConfig(
        false, "127.0.0.1", 7000, true, 7001, TlsConfig.none(), List.of(), false);
  }
}
