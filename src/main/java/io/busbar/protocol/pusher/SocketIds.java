package io.busbar.protocol.pusher;

import java.security.SecureRandom;

/** Creates ids of connections that nobody can guess: two integers, as every client expects. */
final class SocketIds {
  private static final SecureRandom RANDOM = new SecureRandom();

  /** Excess bits beyond the integers that JavaScript represents exactly. */
  private static final int BITS_TOO_MANY = Long.SIZE - 53;

  private SocketIds() {}

  static String next() {
    return number() + "." + number();
  }

  private static long number() {
    return RANDOM.nextLong() >>> BITS_TOO_MANY;
  }
}
