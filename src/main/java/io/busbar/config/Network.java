package io.busbar.config;

import io.netty.util.NetUtil;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Arrays;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * An IP address, or a network of them in CIDR notation: {@code 10.0.0.0/8}, {@code ::1}.
 *
 * @param address never one that was asked of a name server
 * @param prefix bits that all of its addresses have in common
 */
public record Network(InetAddress address, int prefix) {
  private static final int IPV6_PREFIX_BYTES = 8;
  private static final Pattern WRITTEN = Pattern.compile("([0-9A-Fa-f.:]+)(?:/([0-9]{1,3}))?");

  /** Will throw IllegalArgumentException for anything else, host names too. */
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
    try {
      return new Network(InetAddress.getByAddress(bytes), prefix);
    } catch (UnknownHostException e) {
      throw new IllegalStateException("an address has 4 or 16 bytes", e);
    }
  }

  /**
   * What limits by address count a client by: an IPv6 client usually has a whole /64 to choose
   * addresses from, so that counts as one.
   */
  public static InetAddress ofClient(InetAddress address) {
    if (!(address instanceof Inet6Address)) {
      return address;
    }
    byte[] network = Arrays.copyOf(address.getAddress(), 2 * IPV6_PREFIX_BYTES);
    Arrays.fill(network, IPV6_PREFIX_BYTES, network.length, (byte) 0);
    try {
      return InetAddress.getByAddress(network);
    } catch (UnknownHostException e) {
      throw new IllegalStateException("an IPv6 address has 16 bytes", e);
    }
  }
}
