package io.busbar.auth;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.concurrent.locks.ReentrantLock;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;

/**
 * A cache of right passwords for a minute, so that a polling client does not cost a hash each time.
 * It keeps no password: keys are MACs with a secret of this process. Any thread may use it.
 */
final class LoginCache {
  private static final String MAC = "HmacSHA256";
  private static final long KEEP_NANOS = 60_000_000_000L;

  private record Recent(UsersFile.User user, long since) {}

  private final SecretKeySpec secret;
  private final ReentrantLock lock = new ReentrantLock();
  private final LruMap<Recent> byKey = new LruMap<>();

  LoginCache() {
    byte[] random = new byte[32];
    new SecureRandom().nextBytes(random);
    secret = new SecretKeySpec(random, MAC);
  }

  String key(String user, String password) {
    try {
      Mac mac = Mac.getInstance(MAC);
      mac.init(secret);
      mac.update(user.getBytes(StandardCharsets.UTF_8));
      mac.update((byte) 0);
      mac.update(password.getBytes(StandardCharsets.UTF_8));
      return Base64.getEncoder().encodeToString(mac.doFinal());
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Returns the user; null when there was no such login in the last minute. */
  UsersFile.@Nullable User find(String key) {
    lock.lock();
    try {
      Recent recent = byKey.get(key);
      return recent != null && System.nanoTime() - recent.since() < KEEP_NANOS
          ? recent.user()
          : null;
    } finally {
      lock.unlock();
    }
  }

  void put(String key, UsersFile.User user) {
    lock.lock();
    try {
      byKey.put(key, new Recent(user, System.nanoTime()));
    } finally {
      lock.unlock();
    }
  }
}
