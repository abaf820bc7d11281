package io.busbar.config;

/**
 * A host, or all below one: {@code example.com}, {@code *.example.com}.
 *
 * @param name in its normal form
 * @param below whether it stands for all names that end in it and not for itself
 */
public record HostPattern(String name, boolean below) {
  static final String ANY_BELOW = "*.";

  /** Will throw IllegalArgumentException, with what is wrong, for anything else. */
  public static HostPattern parse(String written) {
    boolean below = written.startsWith(ANY_BELOW);
    String rest = below ? written.substring(ANY_BELOW.length()) : written;
    if (rest.indexOf('*') >= 0) {
      throw new IllegalArgumentException("may have * only for what stands before: *.example.com");
    }
    String name = HostName.normal(rest);
    if (below && HostName.isAddress(name)) {
      throw new IllegalArgumentException("has an address, below which there is no name");
    }
    return new HostPattern(name, below);
  }

  /**
   * @param host in its normal form
   */
  public boolean matches(String host) {
    return below
        ? host.length() > name.length() + 1
            && host.endsWith(name)
            && host.charAt(host.length() - name.length() - 1) == '.'
        : host.equals(name);
  }

  @Override
  public String toString() {
    return below ? ANY_BELOW + name : name;
  }
}
