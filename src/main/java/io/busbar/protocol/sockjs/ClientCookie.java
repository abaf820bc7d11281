package io.busbar.protocol.sockjs;

import io.busbar.protocol.session.RequestOrigin;
import io.vertx.core.http.HttpServerRequest;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.Base64;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * Issues the cookies that sessions are bound to. A cookie has 128 bits that nobody can guess,
 * derived from a key of this process or of all nodes. Two tabs may connect without a cookie at the
 * same time, and the browser keeps only the last one. Therefore both get the same cookie within a
 * few seconds. Any thread may use it.
 */
final class ClientCookie {
  static final String NAME = "busbar-client";

  private static final String ALGORITHM = "HmacSHA256";
  private static final long WINDOW_MILLIS = 10_000;
  private static final int BYTES = 16;

  private final SecretKeySpec key;

  ClientCookie(byte[] key) {
    this.key = new SecretKeySpec(key, ALGORITHM);
  }

  /** Returns the origin of the request, with its cookie. */
  static RequestOrigin origin(HttpServerRequest request) {
    return RequestOrigin.of(request, Cookies.value(request, NAME));
  }

  /** Returns the number of the current time window. */
  static long window() {
    return System.currentTimeMillis() / WINDOW_MILLIS;
  }

  /** Returns the cookie for a client without one. */
  String issue(RequestOrigin origin, long window) {
    try {
      Mac mac = Mac.getInstance(ALGORITHM);
      mac.init(key);
      String about = window + "\n" + origin.address() + "\n" + origin.userAgent();
      byte[] whole = mac.doFinal(about.getBytes(StandardCharsets.UTF_8));
      return Base64.getUrlEncoder().withoutPadding().encodeToString(Arrays.copyOf(whole, BYTES));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(ALGORITHM + " is part of every JDK", e);
    }
  }

  /** Returns whether the cookie was issued to the client in that window or an adjacent one. */
  boolean isFrom(RequestOrigin origin, long window, String cookie) {
    for (long near = window - 1; near <= window + 1; near++) {
      if (same(issue(origin, near), cookie)) {
        return true;
      }
    }
    return false;
  }

  /** Compares two cookies in constant time. */
  static boolean same(String one, String other) {
    return MessageDigest.isEqual(
        one.getBytes(StandardCharsets.UTF_8), other.getBytes(StandardCharsets.UTF_8));
  }
}
