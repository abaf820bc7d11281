package io.busbar.presence;

/**
 * The digest of a set of users. Two different sets almost never have the same one. Owned by the
 * owner of the set.
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

  /** FNV-1a with a final mix, because the hashes are summed. */
  private static long hash(String user) {
    long hash = OFFSET;
    for (int i = 0; i < user.length(); i++) {
      hash = (hash ^ user.charAt(i)) * PRIME;
    }
    hash ^= hash >>> 32;
    hash *= PRIME;
    return hash ^ hash >>> 29;
  }

  /** The text that nodes send each other. */
  @Override
  public String toString() {
    return count + ":" + Long.toHexString(sum);
  }
}
