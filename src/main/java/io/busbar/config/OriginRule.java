package io.busbar.config;

import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * An entry of {@code http.origins}: one origin, or many, such as {@code https://*.example.com} and
 * {@code http://localhost:*}. Immutable.
 */
public final class OriginRule {
  private static final String ANY_PORT = ":*";
  private static final String SCHEME_ENDS = "://";

  /** Its host and port count only where the rule has no pattern for them. */
  private final Origin origin;

  /** Null where the scheme has no host names. */
  private final @Nullable HostPattern host;

  private final boolean anyPort;

  private OriginRule(Origin origin, @Nullable HostPattern host, boolean anyPort) {
    this.origin = origin;
    this.host = host;
    this.anyPort = anyPort;
  }

  /**
   * Returns the rule; throws IllegalArgumentException with the reason for one that can never match.
   */
  public static OriginRule parse(String written) {
    boolean anyPort = written.endsWith(ANY_PORT);
    String rest = anyPort ? written.substring(0, written.length() - ANY_PORT.length()) : written;
    int begin = rest.indexOf(SCHEME_ENDS) + SCHEME_ENDS.length();
    boolean below = begin >= SCHEME_ENDS.length() && rest.startsWith(HostPattern.ANY_BELOW, begin);
    if (below) {
      rest = rest.substring(0, begin) + rest.substring(begin + HostPattern.ANY_BELOW.length());
    }
    if (begin >= SCHEME_ENDS.length() && rest.indexOf('*') >= 0) {
      throw new IllegalArgumentException(
          "may have * for what stands before a name and for the port: https://*.example.com:*");
    }
    Origin origin = Origin.parse(rest);
    if (!origin.isOfTheWeb()) {
      if (anyPort || below) {
        throw new IllegalArgumentException("may have * only with http and https");
      }
      return new OriginRule(origin, null, false);
    }
    if (anyPort && origin.port() != Origin.NO_PORT) {
      throw new IllegalArgumentException("must have one port or *");
    }
    String name = (below ? HostPattern.ANY_BELOW : "") + origin.host();
    return new OriginRule(origin, HostPattern.parse(name), anyPort);
  }

  public boolean matches(Origin asked) {
    if (host == null) {
      return origin.equals(asked);
    }
    return asked.scheme().equals(origin.scheme())
        && (anyPort || asked.port() == origin.port())
        && host.matches(asked.host());
  }

  /** Returns the hosts of its pages; empty where they have none. */
  public Optional<HostPattern> host() {
    return Optional.ofNullable(host);
  }

  /**
   * Returns the rule in the form of a content security policy; empty where that has no form for it.
   */
  public Optional<String> source() {
    if (origin.equals(Origin.NULL)) {
      return Optional.empty();
    }
    return Optional.of(origin.host().isEmpty() ? origin.scheme() + ":" : toString());
  }

  @Override
  public String toString() {
    return host == null
        ? origin.toString()
        : origin.scheme()
            + SCHEME_ENDS
            + host
            + (anyPort ? ANY_PORT : origin.port() == Origin.NO_PORT ? "" : ":" + origin.port());
  }
}
