package io.busbar.protocol.pusher;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.HexFormat;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;

/**
 * What an app's secret signs: HMAC-SHA256, in hex. Of an app without a secret no signature is
 * right, and none is made. Any thread may use it.
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

  /** Whether there is a secret to sign with. */
  boolean arePossible() {
    return secret != null;
  }

  /** The signature of a text. */
  String of(String text) {
    return of(text.getBytes(StandardCharsets.UTF_8));
  }

  /** The signature of bytes. */
  String of(byte[] bytes) {
    return HexFormat.of().formatHex(mac().doFinal(bytes));
  }

  /** What makes signatures, one after the other, of one thread. */
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
   * Whether the app's backend lets that connection in.
   *
   * @param auth what the client shows: {@code key:signature}; null for nothing
   * @param channelData what the backend says of the client, as the client has it; null for nothing
   */
  boolean letIn(@Nullable String auth, String socketId, String channel, @Nullable String channelData) {
    String signed = socketId + ':' + channel;
    return isOf(auth, channelData == null ? signed : signed + ':' + channelData);
  }

  /** Whether the app's backend says that this is the user of that connection. */
  boolean areOfUser(String auth, String socketId, String userData) {
    return isOf(auth, socketId + "::user::" + userData);
  }

  private boolean isOf(@Nullable String auth, String signed) {
    return secret != null && auth != null && areEqual(auth, key + ':' + of(signed));
  }

  /** In a time that says nothing of how much of it is right. */
  static boolean areEqual(String one, String other) {
    return MessageDigest.isEqual(
        one.getBytes(StandardCharsets.UTF_8), other.getBytes(StandardCharsets.UTF_8));
  }
}
