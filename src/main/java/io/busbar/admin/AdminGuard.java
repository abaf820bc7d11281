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

/**
 * Lets those in who may: with a token whoever shows it, without one whoever asks for this machine
 * by its own name. A page whose name was made to point at 127.0.0.1 (DNS rebinding) asks for its
 * own. Without the token /health says yes or no and nothing more.
 */
final class AdminGuard implements Handler<RoutingContext> {
  private static final String KNOWN = "busbar.admin.known";
  private static final String HEALTH = "/health/";

  private final byte[] token;

  AdminGuard(AdminConfig config) {
    this.token = config.token().isEmpty() ? null : digest(config.token());
  }

  /** Whether the caller may be told everything. */
  static boolean isKnown(RoutingContext routing) {
    return Boolean.TRUE.equals(routing.get(KNOWN));
  }

  @Override
  public void handle(RoutingContext routing) {
    String shown = routing.request().getHeader(HttpHeaders.AUTHORIZATION);
    if (token == null ? namesThisMachine(routing) : isToken(shown)) {
      routing.put(KNOWN, true);
      routing.next();
    } else if (token == null) {
      Answers.error(routing, 403, "the Host header must be localhost or a loopback address");
    } else if (shown == null && routing.normalizedPath().startsWith(HEALTH)) {
      routing.next();
    } else {
      // A line each: browsers do not find the first of two in one.
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

  private boolean isToken(String header) {
    if (header == null) {
      return false;
    }
    String[] parts = header.split(" ", 2);
    if (parts.length < 2) {
      return false;
    }
    return switch (parts[0].toLowerCase(java.util.Locale.ROOT)) {
      case "bearer" -> isEqual(parts[1].strip());
      case "basic" -> isEqual(password(parts[1].strip()));
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

  /** Takes the same time whatever is shown. */
  private boolean isEqual(String shown) {
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
