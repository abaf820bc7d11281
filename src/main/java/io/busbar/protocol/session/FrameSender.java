package io.busbar.protocol.session;

import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Gives frames one by one to the current downlink, and tracks which of them may be unread. Owned by
 * the session's event loop.
 */
final class FrameSender {
  /** The downlink that waits for frames; null for none. */
  private @Nullable Downlink receiver;

  private boolean busy;
  private boolean full;

  /** Whether the stream has carried a frame. */
  private boolean carried;

  /** The downlink that has ended and may be unread; null for none. */
  private @Nullable Downlink unsettled;

  /** The downlink that has ended and is not flushed to the kernel yet; null for none. */
  private @Nullable Downlink flushing;

  /** The last frame of the receiver or of the unsettled poll; null for none. */
  private byte @Nullable [] underWay;

  private boolean inWrite;

  /** Returns the downlink that waits for frames; null for none. */
  @Nullable Downlink receiver() {
    return receiver;
  }

  /** Returns the receiver, or else the ended downlink that may be unread; null for none. */
  @Nullable Downlink occupant() {
    return receiver == null ? unsettled : receiver;
  }

  /** Returns whether the receiver can take a frame. */
  boolean isReady() {
    return receiver != null && !busy && !full;
  }

  /** Returns whether the receiver can take a frame and no write is in progress. */
  boolean isIdle() {
    return isReady() && !inWrite;
  }

  /** Returns whether there is neither a receiver nor a downlink to be flushed. */
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
   * @param keep whether an unread frame must be sent again
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

  /** Ends the receiver with this frame. Returns false when no receiver is ready for it. */
  boolean last(byte[] frame) {
    if (receiver == null || busy) {
      return false;
    }
    Downlink to = receiver;
    receiver = null;
    to.last(frame);
    return true;
  }

  /** Ends the current downlinks. */
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

  /** Notes that the downlink took the frame. Returns whether another frame can follow now. */
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

  /** Notes that the stream accepts frames again. Returns whether one can follow now. */
  boolean drained(Downlink downlink) {
    if (downlink != receiver) {
      return false;
    }
    full = false;
    return !inWrite;
  }

  /** Notes that the ended downlink is flushed to the kernel. Returns whether that was new. */
  boolean flushed(Downlink downlink) {
    if (downlink != flushing) {
      return false;
    }
    flushing = null;
    return true;
  }

  /** Notes that the frame was not sent. Returns the frame to send again; null for none. */
  byte @Nullable [] unsent(Downlink downlink) {
    if (!isBusyWith(downlink)) {
      return null;
    }
    busy = false;
    return takeBack();
  }

  private byte @Nullable [] takeBack() {
    byte[] frame = underWay;
    underWay = null;
    return frame;
  }

  /** Returns whether an unknown part of what this downlink carried is lost. */
  boolean leavesGap(Downlink downlink, WriteOutcome outcome) {
    boolean torn = downlink.isStreaming() && carried && outcome != WriteOutcome.READ;
    boolean unknown = downlink == unsettled && outcome == WriteOutcome.UNKNOWN && underWay != null;
    return torn && downlink == occupant() || unknown;
  }

  /**
   * Notes that the client has left the downlink. Returns the frame to send again; null for none.
   */
  byte @Nullable [] left(Downlink downlink, WriteOutcome outcome) {
    if (downlink == flushing) {
      flushing = null;
    }
    if (downlink == receiver) {
      receiver = null;
    } else if (downlink == unsettled) {
      unsettled = null;
      byte[] frame = takeBack();
      return outcome == WriteOutcome.UNREAD ? frame : null;
    }
    return null;
  }
}
