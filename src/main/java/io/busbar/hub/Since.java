package io.busbar.hub;

import org.jspecify.annotations.Nullable;

/**
 * The starting point of a subscriber in a stream.
 *
 * @param epoch epoch of the offset; null where the subscriber knows none
 * @param offset offset of the first message that it hears; 0 where the kind says which one that is
 */
public record Since(Kind kind, @Nullable String epoch, long offset) {
  private static final Since NEXT = new Since(Kind.NEXT, null, 0);
  private static final Since FIRST = new Since(Kind.FIRST, null, 0);
  private static final Since LAST = new Since(Kind.LAST, null, 0);

  /** The kind of a starting point. */
  public enum Kind {
    /** The first message that is published from now on. */
    NEXT,
    /** The oldest stored message. */
    FIRST,
    /** The newest stored message. */
    LAST,
    /** The message with the offset. */
    AT,
    /** Like {@link #AT}, for a client that comes back, within the time that the rule gives it. */
    BACK
  }

  public static Since next() {
    return NEXT;
  }

  public static Since first() {
    return FIRST;
  }

  public static Since last() {
    return LAST;
  }

  /**
   * Returns a start at that offset, or at the oldest stored message where that is later.
   *
   * @param epoch null for any epoch
   */
  public static Since at(@Nullable String epoch, long offset) {
    return new Since(Kind.AT, epoch, offset);
  }

  /** Returns a start after the last message that a returning client has heard. */
  public static Since after(Position position) {
    return new Since(Kind.BACK, position.epoch(), position.offset() + 1);
  }
}
