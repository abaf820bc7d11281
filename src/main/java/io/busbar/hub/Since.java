package io.busbar.hub;

import org.jspecify.annotations.Nullable;

/**
 * From where on a subscriber hears a stream.
 *
 * @param epoch of the offset; null where the subscriber knows none
 * @param offset of the first message that it hears; 0 where the kind says which that is
 */
public record Since(Kind kind, @Nullable String epoch, long offset) {
  private static final Since NEXT = new Since(Kind.NEXT, null, 0);
  private static final Since FIRST = new Since(Kind.FIRST, null, 0);
  private static final Since LAST = new Since(Kind.LAST, null, 0);

  /** What the first message is. */
  public enum Kind {
    /** The first that is published from now on. */
    NEXT,
    /** The oldest that is kept. */
    FIRST,
    /** The newest that is kept. */
    LAST,
    /** That of the offset. */
    AT,
    /** The same, for somebody who was here before: not when the rule's time for that is over. */
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
   * At that offset, or at the oldest that is kept where that is larger.
   *
   * @param epoch null for whichever there is
   */
  public static Since at(@Nullable String epoch, long offset) {
    return new Since(Kind.AT, epoch, offset);
  }

  /** Behind the last message that a client heard which comes back. */
  public static Since after(Position heard) {
    return new Since(Kind.BACK, heard.epoch(), heard.offset() + 1);
  }
}
