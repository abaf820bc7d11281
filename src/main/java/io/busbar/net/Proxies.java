package io.busbar.net;

import io.busbar.config.Network;
import io.netty.handler.ipfilter.IpFilterRuleType;
import io.netty.handler.ipfilter.IpSubnetFilterRule;
import io.netty.util.NetUtil;
import io.vertx.core.net.SocketAddress;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The trusted reverse proxies, which may name a client's address. Any thread may use it. */
public final class Proxies {
  private final List<IpSubnetFilterRule> networks;

  /**
   * @param networks addresses, or networks in CIDR notation
   */
  public Proxies(List<String> networks) {
    this.networks =
        networks.stream()
            .map(Network::parse)
            .map(
                network ->
                    new IpSubnetFilterRule(
                        network.address(), network.prefix(), IpFilterRuleType.ACCEPT))
            .toList();
  }

  public boolean isEmpty() {
    return networks.isEmpty();
  }

  public boolean contains(InetAddress address) {
    if (networks.isEmpty()) {
      return false;
    }
    InetSocketAddress asked = new InetSocketAddress(address, 0);
    return networks.stream().anyMatch(network -> network.matches(asked));
  }

  /**
   * Returns the client in a chain of proxies: the rightmost address that is no proxy. Addresses
   * left of it came from that client, and may be forged.
   *
   * @param peer proxy at the other end of the connection
   * @param chain values of X-Forwarded-For; each proxy has appended the address of its peer
   * @return the peer for an empty chain; the nearest proxy where an entry is no address
   */
  public InetAddress client(InetAddress peer, List<String> chain) {
    String[] hops = String.join(",", chain).split(",");
    InetAddress client = peer;
    for (int i = hops.length - 1; i >= 0 && contains(client); i--) {
      InetAddress hop = address(hops[i].strip());
      if (hop == null) {
        return client;
      }
      client = hop;
    }
    return client;
  }

  /** Returns the address of a peer; null for none, for example on a Unix domain socket. */
  public static @Nullable InetAddress address(@Nullable SocketAddress peer) {
    return peer == null || peer.hostAddress() == null ? null : address(peer.hostAddress());
  }

  /** Returns the address without port and brackets; null for another text. */
  static @Nullable InetAddress address(String written) {
    String host = written;
    int colon = host.indexOf(':');
    if (host.startsWith("[") && host.indexOf(']') > 0) {
      host = host.substring(1, host.indexOf(']'));
    } else if (colon > 0 && colon == host.lastIndexOf(':')) {
      host = host.substring(0, colon);
    }
    byte[] bytes = NetUtil.createByteArrayFromIpAddressString(host);
    try {
      return bytes == null ? null : InetAddress.getByAddress(bytes);
    } catch (UnknownHostException e) {
      return null;
    }
  }
}
