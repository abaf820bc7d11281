package io.busbar.config;

import java.util.List;

/**
 * The configuration of the TCP event-bus bridge: the bridge's messages, each after its length. The
 * time limit for answers and the alphabet for bytes are those of the bridge.
 *
 * @param enabled whether the bridge is open at all
 * @param host host to listen on for TCP
 * @param port TCP port; 0 takes a free port
 * @param plain whether that port is open; false where all clients must use TLS
 * @param tlsPort TCP port with TLS, open where tls has a certificate; 0 takes a free port
 * @param proxies addresses and networks (CIDR) that may use the PROXY protocol
 * @param proxyProtocol every connection begins with HAProxy's PROXY header, and only proxies may
 *     send it
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
