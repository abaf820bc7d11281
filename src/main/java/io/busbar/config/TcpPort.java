package io.busbar.config;

import java.util.List;

/** Where a protocol listens that has TCP ports of its own: a plain one, and one with TLS. */
public interface TcpPort {
  /** Where both listen. */
  String host();

  /** The plain one; 0 takes a free one. */
  int port();

  /** Whether that one listens; false where all must come by TLS. */
  boolean plain();

  /** The one with TLS, which listens where {@link #tls} has a certificate; 0 takes a free one. */
  int tlsPort();

  TlsConfig tls();

  /** Addresses and networks (CIDR) that may speak the PROXY protocol. */
  List<String> proxies();

  /** Every connection begins with HAProxy's PROXY header; only from the proxies. */
  boolean proxyProtocol();
}
