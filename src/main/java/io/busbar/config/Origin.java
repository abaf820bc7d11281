package io.busbar.config;

import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The origin of a page (RFC 6454), in a normal form for comparisons. A WebSocket has the scheme of
 * the page that opens it. The default port of a scheme counts as no port.
 *
 * @param scheme {@code http} and {@code https}, or any other, such as {@code capacitor} or {@code
 *     file}
 * @param host host in its normal form; empty where a scheme has none
 * @param port {@link #NO_PORT} for the scheme's default
 */
public record Origin(String scheme, String host, int port) {
  static final int NO_PORT = -1;

  /** The origin of pages that must not name theirs, such as sandboxed frames and files. */
  public static final Origin NULL = new Origin("null", "", NO_PORT);

  private static final String NOT_AN_ORIGIN = "must be * or an origin like https://example.com";
  private static final Pattern WRITTEN =
      Pattern.compile("([A-Za-z][A-Za-z0-9+.-]*)://([^/?#@\\s]*?)(?::([0-9]{1,9}))?");
  private static final Pattern PART_OF_A_URL =
      Pattern.compile("[A-Za-z][A-Za-z0-9+.-]*://[^/?#@\\s]*(?<after>[/?#@]).*");
  private static final Pattern ANY_HOST = Pattern.compile("[a-z0-9._~!$&()+=%-]*");

  /** Returns the origin; throws IllegalArgumentException with the reason for another text. */
  public static Origin parse(String written) {
    if (written.equals("null")) {
      return NULL;
    }
    Matcher matcher = WRITTEN.matcher(written);
    if (!matcher.matches()) {
      Matcher url = PART_OF_A_URL.matcher(written);
      throw new IllegalArgumentException(
          !url.matches()
              ? NOT_AN_ORIGIN
              : url.group("after").equals("@")
                  ? "must have no user: an origin is scheme, host and port"
                  : "must end before the path: an origin is scheme, host and port");
    }
    String scheme = scheme(matcher.group(1).toLowerCase(Locale.ROOT));
    return new Origin(scheme, host(scheme, matcher.group(2)), port(scheme, matcher.group(3)));
  }

  /** Returns the origin; empty for another text. */
  public static Optional<Origin> find(String written) {
    try {
      return Optional.of(parse(written));
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
  }

  /** Returns the origin of a page with that URL; empty for none. */
  public static Optional<Origin> ofUrl(String url) {
    int host = url.indexOf("://") + 3;
    int end = host;
    while (end < url.length() && "/?#".indexOf(url.charAt(end)) < 0) {
      end++;
    }
    return host < 3 ? Optional.empty() : find(url.substring(0, end));
  }

  private static String scheme(String written) {
    return switch (written) {
      case "ws" -> "http";
      case "wss" -> "https";
      default -> written;
    };
  }

  /** Returns whether browsers know names, addresses and ports in this scheme. */
  boolean isOfTheWeb() {
    return isOfTheWeb(scheme);
  }

  private static boolean isOfTheWeb(String scheme) {
    return scheme.equals("http") || scheme.equals("https");
  }

  private static String host(String scheme, String written) {
    if (isOfTheWeb(scheme)) {
      return HostName.normal(written);
    }
    String host = written.toLowerCase(Locale.ROOT);
    if (!ANY_HOST.matcher(host).matches()) {
      throw new IllegalArgumentException(NOT_AN_ORIGIN);
    }
    return host;
  }

  private static int port(String scheme, @Nullable String written) {
    if (written == null) {
      return NO_PORT;
    }
    int port = Integer.parseInt(written);
    if (port < 1 || port > 65535) {
      throw new IllegalArgumentException("must have a port from 1 to 65535");
    }
    boolean own = scheme.equals("http") ? port == 80 : scheme.equals("https") && port == 443;
    return own ? NO_PORT : port;
  }

  @Override
  public String toString() {
    return this.equals(NULL) ? "null" : scheme + "://" + host + (port == NO_PORT ? "" : ":" + port);
  }
}
