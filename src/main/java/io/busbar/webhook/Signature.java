package io.busbar.webhook;

import io.vertx.core.buffer.Buffer;
import java.security.GeneralSecurityException;
import java.util.Base64;
import java.util.List;
import java.util.stream.Collectors;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * The signature of requests, version 1 of the Standard Webhooks specification. Immutable; any
 * thread may use it.
 */
final class Signature {
  private static final String ALGORITHM = "HmacSHA256";

  private final List<SecretKeySpec> keys;

  /**
   * @param keys the bytes of each secret
   */
  Signature(List<byte[]> keys) {
    this.keys = keys.stream().map(Signature::key).toList();
  }

  /** The value of {@code webhook-signature}: one signature for each secret. */
  String of(String id, long seconds, Buffer body) {
    Buffer signed = Buffer.buffer(id + '.' + seconds + '.').appendBuffer(body);
    byte[] bytes = signed.getBytes();
    return keys.stream()
        .map(key -> "v1," + Base64.getEncoder().encodeToString(of(key, bytes)))
        .collect(Collectors.joining(" "));
  }

  /** The key of a secret. */
  static SecretKeySpec key(byte[] secret) {
    return new SecretKeySpec(secret, ALGORITHM);
  }

  /** The HMAC-SHA256 of the bytes. */
  static byte[] of(SecretKeySpec key, byte[] signed) {
    try {
      Mac mac = Mac.getInstance(ALGORITHM);
      mac.init(key);
      return mac.doFinal(signed);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every Java has " + ALGORITHM, e);
    }
  }
}
