package io.busbar.protocol.session;

import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Carries one frame after the other to the downlink that is served, and knows which of them may not
 * have been read. Owned by the session's loop.
 */
final class Carrier {
  /** The downlink that waits for frames; null for none. */
  private @Nullable Downlink receiver;

  private boolean busy;
  private boolean full;

  /** Whether the stream has carried a frame. */
  private boolean carried;

  /** The downlink that has ended, and may or may not have been read. */
  private @Nullable Downlink unsettled;

  /** The downlink whose end is not yet with the kernel. */
  private @Nullable Downlink flushing;

  /** The frame that the receiver or the unsettled poll was given last. */
  private byte @Nullable [] underWay;

  private boolean inWrite;

  /** Who waits for frames; null for nobody. */
  @Nullable Downlink receiver() {
    return receiver;
  }

  /** The same, or else who has ended and may or may not have read. */
  Downlink occupant() {
    return receiver == null ? unsettled : receiver;
  }

  /** Whether the receiver can be given a frame. */
  boolean isReady() {
    return receiver != null && !busy && !full;
  }

  /** The same, and nobody is about to give it one. */
  boolean isIdle() {
    return isReady() && !inWrite;
  }

  /** Whether nobody is served. */
  boolean isVacant() {
    return receiver == null && flushing == null;
  }

  void serve(Downlink next) {
    receiver = next;
    full = false;
    carried = false;
  }

  /**
   * Gives the receiver a frame.
   *
   * @param keep whether it matters that it is read
   */
  void give(byte[] frame, boolean keep) {
    Downlink to = Objects.requireNonNull(receiver, "who gives a frame has looked for a receiver");
    underWay = keep ? frame : null;
    busy = true;
    inWrite = true;
    if (to.isStreaming()) {
      to.stream(frame);
    } else {
      receiver = null;
      unsettled = to;
      flushing = to;
      to.answer(frame);
    }
    inWrite = false;
  }

  /** Ends with this, if there is a receiver that has taken all before. */
  boolean last(byte[] frame) {
    if (receiver == null || busy) {
      return false;
    }
    Downlink to = receiver;
    receiver = null;
    to.last(frame);
    return true;
  }

  /** Drops whoever is served. */
  void abandon() {
    if (receiver != null) {
      receiver.abort();
      receiver = null;
    }
    if (unsettled != null) {
      unsettled.forget();
      unsettled = null;
    }
  }

  /** The downlink took the frame. Whether another can follow now. */
  boolean accepted(Downlink downlink, boolean ended, boolean nowFull) {
    if (!isBusyWith(downlink)) {
      return false;
    }
    busy = false;
    if (downlink == receiver) {
      full = nowFull;
      carried |= underWay != null;
      underWay = null;
      if (ended) {
        receiver = null;
        unsettled = downlink;
        flushing = downlink;
      }
    }
    return !inWrite;
  }

  boolean isBusyWith(Downlink downlink) {
    return busy && (downlink == receiver || downlink == unsettled);
  }

  /** The stream takes frames again. Whether one can follow now. */
  boolean drained(Downlink downlink) {
    if (downlink != receiver) {
      return false;
    }
    full = false;
    return !inWrite;
  }

  /** All of the downlink, which has ended, is with the kernel. Whether that was new. */
  boolean flushed(Downlink downlink) {
    if (downlink != flushing) {
      return false;
    }
    flushing = null;
    return true;
  }

  /** The frame did not go out. What has to go out again; null for nothing. */
  byte @Nullable [] unsent(Downlink downlink) {
    if (!isBusyWith(downlink)) {
      return null;
    }
    busy = false;
    return takeBack();
  }

  private byte[] takeBack() {
    byte[] frame = underWay;
    underWay = null;
    return frame;
  }

  /** Whether some of what this downlink was given is lost, and nobody knows how much. */
  boolean leavesGap(Downlink downlink, WriteOutcome fate) {
    boolean torn = downlink.isStreaming() && carried && fate != WriteOutcome.READ;
    boolean unknown = downlink == unsettled && fate == WriteOutcome.UNKNOWN && underWay != null;
    return torn && downlink == occupant() || unknown;
  }

  /** The client has left this downlink. What has to go out again; null for nothing. */
  byte @Nullable [] left(Downlink downlink, WriteOutcome fate) {
    if (downlink == flushing) {
      flushing = null;
    }
    if (downlink == receiver) {
      receiver = null;
    } else if (downlink == unsettled) {
      unsettled = null;
      byte[] frame = takeBack();
      return fate == WriteOutcome.UNREAD ? frame : null;
    }
    return null;
  }
}
