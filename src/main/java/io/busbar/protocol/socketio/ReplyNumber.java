package io.busbar.protocol.socketio;

/**
 * The number by which a client acknowledges a message that awaits an answer. It follows from where
 * the answer goes, so that one event serves whoever gets it. Those addresses are random.
 */
final class ReplyNumber {
  private static final long SEED = 1_125_899_906_842_597L;

  private ReplyNumber() {}

  /** {@link SocketPacket#NO_ID} where no answer is awaited. */
  static long of(String replyAddress) {
    if (replyAddress == null) {
      return SocketPacket.NO_ID;
    }
    long hash = SEED;
    for (int i = 0; i < replyAddress.length(); i++) {
      hash = 31 * hash + replyAddress.charAt(i);
    }
    return Math.floorMod(hash, PacketRules.MOST_ID + 1);
  }
}
