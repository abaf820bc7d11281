package io.busbar.config;

import io.netty.util.NetUtil;
import java.net.IDN;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Locale;
import java.util.regex.Pattern;

/**
 * The normal form of host names, for comparisons: lower case, no dot at the end, and international
 * names in ASCII ({@code xn--}). IPv6 addresses are short and in brackets.
 */
public final class HostName {
  private static final int LONGEST = 253;
  private static final Pattern NAME =
      Pattern.compile("[a-z0-9_-]{1,63}(\\.[a-z0-9_-]{1,63})*", Pattern.CASE_INSENSITIVE);
  private static final Pattern NUMBER_AT_THE_END = Pattern.compile("(.*\\.)?([0-9]+|0x[0-9a-f]*)");

  /** Letters that browsers encode otherwise than the JDK's IDNA 2003. */
  private static final Pattern DISPUTED = Pattern.compile(".*[ßς\u200C\u200D].*");

  private HostName() {}

  /** Returns the normal form; throws IllegalArgumentException with the reason for another text. */
  public static String normal(String written) {
    if (written.startsWith("[")) {
      return address(written);
    }
    String name =
        ascii(written.endsWith(".") ? written.substring(0, written.length() - 1) : written);
    if (name.length() > LONGEST || !NAME.matcher(name).matches()) {
      throw new IllegalArgumentException("must have the name of a host");
    }
    if (NUMBER_AT_THE_END.matcher(name).matches() && !NetUtil.isValidIpV4Address(name)) {
      throw new IllegalArgumentException("must have an address like 10.0.0.1, or a name");
    }
    return name;
  }

  /** Returns whether a name in its normal form is an IP address. */
  public static boolean isAddress(String normal) {
    return normal.startsWith("[") || NetUtil.isValidIpV4Address(normal);
  }

  private static String ascii(String name) {
    if (name.chars().allMatch(c -> c < 0x80)) {
      return name.toLowerCase(Locale.ROOT);
    }
    if (name.length() > LONGEST || DISPUTED.matcher(name).matches()) {
      throw new IllegalArgumentException("must be written as browsers do, with xn--");
    }
    try {
      return IDN.toASCII(name).toLowerCase(Locale.ROOT);
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException("must be written as browsers do, with xn--", e);
    }
  }

  private static String address(String written) {
    byte[] bytes =
        written.endsWith("]") && written.indexOf('%') < 0
            ? NetUtil.createByteArrayFromIpAddressString(written.substring(1, written.length() - 1))
            : null;
    if (bytes == null || bytes.length != 16) {
      throw new IllegalArgumentException("must have an IPv6 address like [::1]");
    }
    try {
      return "[" + NetUtil.toAddressString(InetAddress.getByAddress(bytes)) + "]";
    } catch (UnknownHostException e) {
      throw new IllegalStateException("an address has 4 or 16 bytes", e);
    }
  }
}
