package io.busbar.protocol.pusher;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.HexFormat;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;

/**
 * The signatures of an app's secret: HMAC-SHA256 in hex. An app without a secret makes none, and
 * none is valid for it. Any thread may use it.
 */
final class Signatures {
  private static final String ALGORITHM = "HmacSHA256";

  private final String key;
  private final @Nullable SecretKeySpec secret;

  /**
   * @param key of the app
   * @param secret of the app; null for none
   */
  Signatures(String key, @Nullable String secret) {
    this.key = key;
    this.secret =
        secret == null
            ? null
            : new SecretKeySpec(secret.getBytes(StandardCharsets.UTF_8), ALGORITHM);
  }

  /** Returns whether there is a secret. */
  boolean arePossible() {
    return secret != null;
  }

  /** Returns the signature of a text. */
  String of(String text) {
    return of(text.getBytes(StandardCharsets.UTF_8));
  }

  /** Returns the signature of bytes. */
  String of(byte[] bytes) {
    return HexFormat.of().formatHex(mac().doFinal(bytes));
  }

  /** Returns a new Mac with the secret, for use by one thread. */
  Mac mac() {
    if (secret == null) {
      throw new IllegalStateException("there is no secret to sign with");
    }
    try {
      Mac mac = Mac.getInstance(ALGORITHM);
      mac.init(secret);
      return mac;
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every Java has " + ALGORITHM, e);
    }
  }

  /**
   * Returns whether the app's backend has authorised the connection for the channel.
   *
   * @param auth the client's {@code key:signature}; null for none
   * @param channelData signed data about the client, as the client sent it; null for none
   */
  boolean letIn(
      @Nullable String auth, String socketId, String channel, @Nullable String channelData) {
    String signed = socketId + ':' + channel;
    return isOf(auth, channelData == null ? signed : signed + ':' + channelData);
  }

  /** Returns whether the app's backend has signed this user for the connection. */
  boolean areOfUser(@Nullable String auth, String socketId, String userData) {
    return isOf(auth, socketId + "::user::" + userData);
  }

  private boolean isOf(@Nullable String auth, String signed) {
    return secret != null && auth != null && areEqual(auth, key + ':' + of(signed));
  }

  /** Compares in constant time. */
  static boolean areEqual(String one, String other) {
    return MessageDigest.isEqual(
        one.getBytes(StandardCharsets.UTF_8), other.getBytes(StandardCharsets.UTF_8));
  }
}
