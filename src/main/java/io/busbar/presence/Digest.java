package io.busbar.presence;

/**
 * What a set of users comes to: two that are not the same have hardly ever the same. Owned by whom
 * the set belongs to.
 */
final class Digest {
  private static final long OFFSET = 0xcbf29ce484222325L;
  private static final long PRIME = 0x100000001b3L;

  private int count;
  private long sum;

  void add(String user) {
    count++;
    sum += hash(user);
  }

  void remove(String user) {
    count--;
    sum -= hash(user);
  }

  /** FNV-1a, and a last mix, since the sum of all is what counts. */
  private static long hash(String user) {
    long hash = OFFSET;
    for (int i = 0; i < user.length(); i++) {
      hash = (hash ^ user.charAt(i)) * PRIME;
    }
    hash ^= hash >>> 32;
    hash *= PRIME;
    return hash ^ hash >>> 29;
  }

  /** As nodes tell it each other. */
  @Override
  public String toString() {
    return count + ":" + Long.toHexString(sum);
  }
}
