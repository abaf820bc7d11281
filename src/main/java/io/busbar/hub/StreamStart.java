package io.busbar.hub;

import org.jspecify.annotations.Nullable;

/**
 * The place where a subscription begins to hear its stream.
 *
 * @param position position before the first message that it hears
 * @param head offset of the newest message at that time
 * @param lost why it does not hear all that it asked for; null where it does
 */
public record StreamStart(Position position, long head, @Nullable LossReason lost) {
  /** Returns whether it first hears messages that are older than the subscription. */
  public boolean isBehind() {
    return position.offset() < head;
  }

  public boolean isRecovered() {
    return lost == null;
  }
}
