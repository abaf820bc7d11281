package io.busbar.protocol.pusher;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.LongSupplier;
import javax.crypto.Mac;
import org.jspecify.annotations.Nullable;

/**
 * Verifies that a request comes from an app's backend: it must be signed with the secret, recent,
 * and have the signed body. Owned by one event loop.
 */
final class RequestSignature {
  private static final long WINDOW_SECONDS = 600;
  private static final int MOST_DIGITS = 12;
  private static final String VERSION = "1.0";
  private static final String BODY = "body_md5";

  private final String key;
  private final Mac mac;
  private final MessageDigest md5;
  private final LongSupplier clockMillis;

  /**
   * @param clockMillis returns the time in milliseconds since 1970
   */
  RequestSignature(PusherApp app, LongSupplier clockMillis) {
    this.key = app.key();
    this.mac = app.signatures().mac();
    this.clockMillis = clockMillis;
    try {
      this.md5 = MessageDigest.getInstance("MD5");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has MD5", e);
    }
  }

  /**
   * Rejects a request without a valid signature. Of the body it verifies only the presence of a
   * hash; {@link #checkBody} verifies the hash itself.
   *
   * @param basePath that may precede the path in the backend's URL; empty for none
   * @param path in its encoded form
   * @param query in its encoded form
   */
  void check(
      String method, String basePath, String path, @Nullable String query, ApiQuery parameters)
      throws ApiException {
    if (!key.equals(required(parameters, "auth_key"))) {
      throw refused("Unknown auth_key: this app has another one");
    }
    if (!VERSION.equals(required(parameters, "auth_version"))) {
      throw refused("auth_version must be " + VERSION);
    }
    checkTime(required(parameters, "auth_timestamp"));
    String shown = required(parameters, ApiQuery.SIGNATURE);
    String head = method + '\n';
    String usual = signed(head + path, parameters);
    if (!isOf(shown, usual) && !isOfAnotherForm(shown, head, basePath, path, query)) {
      throw refused(
          "Invalid signature: you should have sent HmacSHA256Hex(\""
              + usual.replace("\n", "\\n")
              + "\", your_secret_key)");
    }
  }

  /** Tries other forms, because libraries and proxies differ in what they decode and sign. */
  private boolean isOfAnotherForm(
      String shown, String head, String basePath, String path, @Nullable String query)
      throws ApiException {
    List<String> paths = new ArrayList<>();
    for (String each : new String[] {path, ApiPath.decoded(path)}) {
      paths.add(head + each);
      paths.add(head + basePath + each);
    }
    Set<String> texts = new LinkedHashSet<>();
    for (ApiQuery form : new ApiQuery[] {ApiQuery.of(query), ApiQuery.undecoded(query)}) {
      paths.forEach(each -> texts.add(signed(each, form)));
    }
    return texts.stream().anyMatch(text -> isOf(shown, text));
  }

  private static String signed(String head, ApiQuery parameters) {
    return parameters.appendSigned(new StringBuilder(256).append(head).append('\n')).toString();
  }

  private boolean isOf(String shown, String text) {
    return isHexOf(shown, mac.doFinal(text.getBytes(StandardCharsets.UTF_8)));
  }

  private void checkTime(String given) throws ApiException {
    if (given.isEmpty() || given.length() > MOST_DIGITS || !areDigits(given)) {
      throw refused("auth_timestamp must be the seconds since 1970");
    }
    long then = Long.parseLong(given);
    long now = clockMillis.getAsLong() / 1000;
    if (Math.abs(now - then) > WINDOW_SECONDS) {
      throw refused(
          "Timestamp expired: Given timestamp (%s) not within %ds of server time (%s)"
              .formatted(Instant.ofEpochSecond(then), WINDOW_SECONDS, Instant.ofEpochSecond(now)));
    }
  }

  private static boolean areDigits(String text) {
    return text.chars().allMatch(c -> c >= '0' && c <= '9');
  }

  /** Rejects a body other than the signed one. */
  void checkBody(ApiQuery parameters, byte[] body) throws ApiException {
    String shown = parameters.get(BODY);
    if (shown == null) {
      if (body.length > 0) {
        throw missing(BODY);
      }
    } else if (!isHexOf(shown, md5.digest(body))) {
      throw refused("Invalid body_md5: it is not the MD5 of the body");
    }
  }

  /** Compares in constant time. */
  private static boolean isHexOf(String shown, byte[] bytes) {
    return Signatures.areEqual(shown, HexFormat.of().formatHex(bytes));
  }

  private static String required(ApiQuery parameters, String name) throws ApiException {
    String value = parameters.get(name);
    if (value == null) {
      throw missing(name);
    }
    return value;
  }

  private static ApiException missing(String name) {
    return refused("Missing parameter: " + name);
  }

  private static ApiException refused(String words) {
    return new ApiException(401, words);
  }
}
