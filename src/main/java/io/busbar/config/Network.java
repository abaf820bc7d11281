package io.busbar.config;

import io.netty.util.NetUtil;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Arrays;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * An IP address, or a network in CIDR notation: {@code 10.0.0.0/8}, {@code ::1}.
 *
 * @param address address that no name server was asked for
 * @param prefix number of bits that all of its addresses have in common
 */
public record Network(InetAddress address, int prefix) {
  private static final int IPV6_CLIENT_BYTES = 8;
  private static final Pattern WRITTEN = Pattern.compile("([0-9A-Fa-f.:]+)(?:/([0-9]{1,3}))?");

  /**
   * Returns what counts as one client: an IPv4 address, or a whole IPv6 network (/64). A client can
   * usually choose among all addresses of such a network.
   */
  public static InetAddress ofClient(InetAddress address) {
    if (!(address instanceof Inet6Address)) {
      return address;
    }
    byte[] bytes = address.getAddress();
    Arrays.fill(bytes, IPV6_CLIENT_BYTES, bytes.length, (byte) 0);
    return address(bytes);
  }

  /** Returns the same for an address as text; another text stays unchanged. */
  public static String ofClient(String address) {
    InetAddress parsed = NetUtil.createInetAddressFromIpAddressString(address);
    return parsed == null ? address : ofClient(parsed).getHostAddress();
  }

  /**
   * Returns the network; throws IllegalArgumentException for another text, also for a host name.
   */
  public static Network parse(String written) {
    Matcher matcher = WRITTEN.matcher(written.strip());
    byte[] bytes =
        matcher.matches() ? NetUtil.createByteArrayFromIpAddressString(matcher.group(1)) : null;
    if (bytes == null) {
      throw new IllegalArgumentException("must be an address or a network like 10.0.0.0/8 or ::1");
    }
    int bits = bytes.length * Byte.SIZE;
    int prefix = matcher.group(2) == null ? bits : Integer.parseInt(matcher.group(2));
    if (prefix > bits) {
      throw new IllegalArgumentException("must have at most " + bits + " after the /");
    }
    return new Network(address(bytes), prefix);
  }

  private static InetAddress address(byte[] bytes) {
    try {
      return InetAddress.getByAddress(bytes);
    } catch (UnknownHostException e) {
      throw new IllegalStateException("an address has 4 or 16 bytes", e);
    }
  }
}
