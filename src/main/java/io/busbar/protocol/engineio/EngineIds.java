package io.busbar.protocol.engineio;

import java.nio.ByteBuffer;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.UUID;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Creates session ids: 128 random bits in base64url. In a cluster the id begins with the node's id,
 * so each node knows the node of a session. Any thread may use it.
 */
final class EngineIds {
  private static final int BYTES = 16;
  private static final int CHARS = 22;
  private static final Pattern FORM = Pattern.compile("[A-Za-z0-9_-]{44}");

  private final SecureRandom random = new SecureRandom();
  private final String prefix;

  /**
   * @param node a UUID; null without a cluster
   */
  EngineIds(@Nullable String node) {
    this.prefix = node == null ? "" : encode(bytes(UUID.fromString(node)));
  }

  private static byte[] bytes(UUID id) {
    return ByteBuffer.allocate(BYTES)
        .putLong(id.getMostSignificantBits())
        .putLong(id.getLeastSignificantBits())
        .array();
  }

  private static String encode(byte[] bytes) {
    return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
  }

  /** Returns a new id. */
  String next() {
    byte[] bytes = new byte[BYTES];
    random.nextBytes(bytes);
    return prefix + encode(bytes);
  }

  /** Returns whether the id has the form of this node's ids. */
  boolean isOurs(String id) {
    return id.length() == prefix.length() + CHARS && id.startsWith(prefix);
  }

  /** Returns the node that created the id; null where it names none. */
  static @Nullable String node(String id) {
    if (!FORM.matcher(id).matches()) {
      return null;
    }
    ByteBuffer bytes = ByteBuffer.wrap(Base64.getUrlDecoder().decode(id.substring(0, CHARS)));
    return new UUID(bytes.getLong(), bytes.getLong()).toString();
  }
}
