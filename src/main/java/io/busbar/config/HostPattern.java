package io.busbar.config;

/**
 * A host, or all hosts below one: {@code example.com}, {@code *.example.com}.
 *
 * @param name name in its normal form
 * @param below whether it matches all names that end in it, and not the name itself
 */
public record HostPattern(String name, boolean below) {
  static final String ANY_BELOW = "*.";

  /** Returns the pattern; throws IllegalArgumentException with the reason for another text. */
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
   * Returns whether the host matches.
   *
   * @param host name in its normal form
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
