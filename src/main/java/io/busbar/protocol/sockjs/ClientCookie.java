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
 * Issues the cookies that sessions are bound to: 128 bits that nobody can guess, made with a key of
 * this process, or of all nodes. Two tabs that come at the same time without a cookie would each be
 * given one, and the browser keeps the last; so within a few seconds both are given the same. Any
 * thread may use it.
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

  /** Who sends the request, with the cookie that it shows. */
  static RequestOrigin origin(HttpServerRequest request) {
    return RequestOrigin.of(request, Cookies.value(request, NAME));
  }

  /** The window of time that it is now. */
  static long window() {
    return System.currentTimeMillis() / WINDOW_MILLIS;
  }

  /** The cookie for a visitor who has none. */
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

  /** Whether the cookie was issued to the visitor in that window or one next to it. */
  boolean isFrom(RequestOrigin origin, long window, String cookie) {
    for (long near = window - 1; near <= window + 1; near++) {
      if (same(issue(origin, near), cookie)) {
        return true;
      }
    }
    return false;
  }

  /** Whether two cookies are the same, told in a time that says nothing about where they differ. */
  static boolean same(String one, String other) {
    return MessageDigest.isEqual(
        one.getBytes(StandardCharsets.UTF_8), other.getBytes(StandardCharsets.UTF_8));
  }
}
