package io.busbar.protocol.pusher;

import java.security.SecureRandom;

/**
 * What connections are called, which nobody can guess: two whole numbers, as every client reads.
 */
final class SocketIds {
  private static final SecureRandom RANDOM = new SecureRandom();

  /** Numbers that JavaScript has exactly. */
  private static final int BITS_TOO_MANY = Long.SIZE - 53;

  private SocketIds() {}

  static String next() {
    return number() + "." + number();
  }

  private static long number() {
    return RANDOM.nextLong() >>> BITS_TOO_MANY;
  }
}
