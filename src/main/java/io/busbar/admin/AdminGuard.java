package io.busbar.admin;

import io.busbar.config.AdminConfig;
import io.vertx.core.Handler;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.net.HostAndPort;
import io.vertx.ext.web.RoutingContext;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import org.jspecify.annotations.Nullable;

/**
 * The access check of the admin port. With {@code admin.token} set, a request must have that token.
 * Otherwise its Host header must name this machine. So a web page cannot use DNS rebinding: its
 * requests have a foreign name in the Host header. A request for {@code /health/} without the token
 * gets the status alone. Immutable. Used by the admin verticle's event loop.
 */
final class AdminGuard implements Handler<RoutingContext> {
  private static final String KNOWN = "busbar.admin.known";
  private static final String HEALTH = "/health/";

  /** Hash of the token; null if callers need none. */
  private final byte @Nullable [] token;

  AdminGuard(AdminConfig config) {
    this.token = config.token().isEmpty() ? null : digest(config.token());
  }

  /** Returns whether the caller has passed the check, and so may see everything. */
  static boolean isKnown(RoutingContext routing) {
    return Boolean.TRUE.equals(routing.get(KNOWN));
  }

  @Override
  public void handle(RoutingContext routing) {
    String shown = routing.request().getHeader(HttpHeaders.AUTHORIZATION);
    if (token == null ? namesThisMachine(routing) : isToken(token, shown)) {
      routing.put(KNOWN, true);
      routing.next();
    } else if (token == null) {
      Answers.error(routing, 403, "the Host header must be localhost or a loopback address");
    } else if (shown == null && routing.normalizedPath().startsWith(HEALTH)) {
      routing.next();
    } else {
      // Each scheme has a header line, because browsers do not find the first of two in one line.
      routing
          .response()
          .headers()
          .add("WWW-Authenticate", "Basic realm=\"busbar admin\"")
          .add("WWW-Authenticate", "Bearer");
      Answers.error(routing, 401, "admin.token must be shown: Authorization: Bearer TOKEN");
    }
  }

  private static boolean namesThisMachine(RoutingContext routing) {
    HostAndPort authority = routing.request().authority();
    if (authority == null) {
      return false;
    }
    String host = authority.host();
    boolean bracketed = host.startsWith("[") && host.endsWith("]");
    return AdminConfig.isLoopback(bracketed ? host.substring(1, host.length() - 1) : host);
  }

  private static boolean isToken(byte[] token, @Nullable String header) {
    if (header == null) {
      return false;
    }
    String[] parts = header.split(" ", 2);
    if (parts.length < 2) {
      return false;
    }
    return switch (parts[0].toLowerCase(java.util.Locale.ROOT)) {
      case "bearer" -> isEqual(token, parts[1].strip());
      case "basic" -> isEqual(token, password(parts[1].strip()));
      default -> false;
    };
  }

  private static String password(String credentials) {
    try {
      byte[] decoded = Base64.getDecoder().decode(credentials);
      String both = new String(decoded, StandardCharsets.UTF_8);
      return both.substring(both.indexOf(':') + 1);
    } catch (IllegalArgumentException e) {
      return "";
    }
  }

  /** Takes the same time for every value, so that the time tells nothing of the token. */
  private static boolean isEqual(byte[] token, String shown) {
    return MessageDigest.isEqual(token, digest(shown));
  }

  private static byte[] digest(String text) {
    try {
      return MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }
}
