package io.busbar.hub;

/**
 * The number of a message that awaits an answer, for protocols whose acknowledgements have numbers.
 * It follows from where the answer goes, so that one encoded message serves whoever gets it. Those
 * addresses are random.
 */
public final class ReplyNumber {
  private static final long SEED = 1_125_899_906_842_597L;

  private ReplyNumber() {}

  /** From 0 to 2,147,483,647: several clients, that for Java among them, count no further. */
  public static long of(String replyAddress) {
    long hash = SEED;
    for (int i = 0; i < replyAddress.length(); i++) {
      hash = 31 * hash + replyAddress.charAt(i);
    }
    return (hash ^ hash >>> Integer.SIZE) & Integer.MAX_VALUE;
  }
}
