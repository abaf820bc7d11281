package io.busbar.hub;

/**
 * The number of a message that awaits an answer, for protocols whose acknowledgements have numbers.
 * It follows from where the answer goes, so that one encoded message serves whoever gets it. Those
 * addresses are random.
 */
public final class ReplyNumber {
  /** JavaScript counts exactly so far. */
  private static final long BEYOND = 1_000_000_000_000_000L;

  private static final long SEED = 1_125_899_906_842_597L;

  private ReplyNumber() {}

  /** At most 15 digits. */
  public static long of(String replyAddress) {
    long hash = SEED;
    for (int i = 0; i < replyAddress.length(); i++) {
      hash = 31 * hash + replyAddress.charAt(i);
    }
    return Math.floorMod(hash, BEYOND);
  }
}
