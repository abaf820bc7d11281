package io.busbar.auth;

import at.favre.lib.crypto.bcrypt.BCrypt;
import at.favre.lib.crypto.bcrypt.LongPasswordStrategies;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * The bcrypt hashes of passwords: {@code $2a$}, {@code $2b$} and {@code $2y$}. A hash takes a
 * noticeable time, so only worker threads may compute one.
 */
public final class Passwords {
  private static final int COST = 10;
  private static final int MOST_COST = 14;
  private static final int HASH_LENGTH = 60;

  /** Maximum length of a password in bytes; bcrypt ignores all later ones. */
  private static final int MOST_BYTES = 72;

  private Passwords() {}

  /**
   * Returns the hash of the password, with a salt of its own.
   *
   * @throws IllegalArgumentException with a text for people, where the password cannot be used
   */
  public static String hash(String password) {
    byte[] bytes = password.getBytes(StandardCharsets.UTF_8);
    try {
      if (bytes.length == 0 || bytes.length > MOST_BYTES) {
        throw new IllegalArgumentException("a password has 1 to " + MOST_BYTES + " bytes");
      }
      return new String(BCrypt.withDefaults().hash(COST, bytes), StandardCharsets.US_ASCII);
    } finally {
      Arrays.fill(bytes, (byte) 0);
    }
  }

  /** Compares in constant time. A password that is too long is also hashed, and is wrong. */
  static boolean isRight(String password, String hash) {
    byte[] bytes = password.getBytes(StandardCharsets.UTF_8);
    boolean fits = bytes.length > 0 && bytes.length <= MOST_BYTES;
    boolean right =
        BCrypt.verifyer(null, LongPasswordStrategies.truncate(BCrypt.Version.VERSION_2A))
            .verify(fits ? bytes : new byte[] {0}, hash.getBytes(StandardCharsets.US_ASCII))
            .verified;
    Arrays.fill(bytes, (byte) 0);
    return right && fits;
  }

  /** Returns whether the text is a hash that takes at most about a second to check. */
  static boolean isHash(String text) {
    return text.length() == HASH_LENGTH
        && text.matches("\\$2[aby]\\$\\d\\d\\$[./A-Za-z0-9]{53}")
        && Integer.parseInt(text.substring(4, 6)) >= 4
        && Integer.parseInt(text.substring(4, 6)) <= MOST_COST;
  }
}
