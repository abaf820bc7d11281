package io.busbar.config;

import java.util.List;

/** The configuration of a protocol's own TCP ports: a plain one, and one with TLS. Immutable. */
public interface TcpPort {
  /** Returns the host that both listen on. */
  String host();

  /** Returns the plain port; 0 takes a free port. */
  int port();

  /** Returns whether the plain port is open; false where all clients must use TLS. */
  boolean plain();

  /**
   * Returns the port with TLS, which is open where {@link #tls} has a certificate; 0 takes a free
   * port.
   */
  int tlsPort();

  TlsConfig tls();

  /** Returns the addresses and networks (CIDR) that may use the PROXY protocol. */
  List<String> proxies();

  /**
   * Returns whether every connection begins with HAProxy's PROXY header, which only proxies may
   * send.
   */
  boolean proxyProtocol();
}
