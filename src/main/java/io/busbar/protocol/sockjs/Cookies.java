package io.busbar.protocol.sockjs;

import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Reads one cookie of a request, even when other cookies are malformed. */
final class Cookies {
  private static final Pattern SAFE = Pattern.compile("[!#-+\\--:<-\\[\\]-~]{1,128}");

  private Cookies() {}

  /**
   * Returns the value (RFC 6265, 4.1.1, at most 128 characters); null for a missing or invalid one.
   */
  static @Nullable String value(HttpServerRequest request, String name) {
    for (String header : request.headers().getAll(HttpHeaders.COOKIE)) {
      for (String pair : header.split(";")) {
        String trimmed = pair.trim();
        if (trimmed.length() > name.length()
            && trimmed.startsWith(name)
            && trimmed.charAt(name.length()) == '=') {
          String value = trimmed.substring(name.length() + 1);
          return SAFE.matcher(value).matches() ? value : null;
        }
      }
    }
    return null;
  }
}
