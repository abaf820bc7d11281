package io.busbar.hub;

import org.jspecify.annotations.Nullable;

/**
 * From where on a subscription hears its stream.
 *
 * @param position of the message before the first that it hears
 * @param head the offset of the newest message by then
 * @param lost why it does not hear all that it asked for; null where it does
 */
public record StreamStart(Position position, long head, @Nullable LossReason lost) {
  /** Whether it hears messages first that are older than the subscription. */
  public boolean isBehind() {
    return position.offset() < head;
  }

  public boolean isRecovered() {
    return lost == null;
  }
}
