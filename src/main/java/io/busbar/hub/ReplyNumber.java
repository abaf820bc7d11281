package io.busbar.hub;

/**
 * The number of a message that awaits an answer, for protocols whose acknowledgements have numbers.
 * It is computed from the reply address, which is random, so all receivers share one encoded
 * message.
 */
public final class ReplyNumber {
  private static final long SEED = 1_125_899_906_842_597L;

  private ReplyNumber() {}

  /**
   * Returns a number from 0 to 2,147,483,647. Several clients, for example that for Java, count no
   * further.
   */
  public static long of(String replyAddress) {
    long hash = SEED;
    for (int i = 0; i < replyAddress.length(); i++) {
      hash = 31 * hash + replyAddress.charAt(i);
    }
    return (hash ^ hash >>> Integer.SIZE) & Integer.MAX_VALUE;
  }
}
