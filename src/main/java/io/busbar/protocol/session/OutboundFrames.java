package io.busbar.protocol.session;

import io.vertx.core.internal.ContextInternal;
import java.util.ArrayDeque;
import org.jspecify.annotations.Nullable;

/**
 * The frames from one session to its client. They leave in order through the downlink that the
 * client has open. Each frame is kept until it is known to be read:
 *
 * <ul>
 *   <li>A poll that ends while it waits has carried nothing.
 *   <li>The response to a poll is kept until {@link PeerWatch} knows the outcome. An unread frame
 *       is the first one of the next poll. A new poll is served only after the outcome of the
 *       previous one is known. It stays unknown when the node of the connection is lost; then the
 *       session is {@linkplain DownstreamListener#interrupted interrupted}.
 *   <li>For an aborted stream it is unknown how much was read. If it carried a frame, the session
 *       is interrupted, because there may be a gap. Frames not yet given to the stream go to the
 *       next one.
 * </ul>
 *
 * Owned by the session's event loop.
 */
public final class OutboundFrames implements Source {
  private final DownstreamListener session;
  private final ContextInternal context;
  private final PendingDownlinks arrivals = new PendingDownlinks(new Place());
  private final FrameSender carrier = new FrameSender();
  private final PendingFrames pending;
  private byte @Nullable [] closeFrame;

  /** The immediate response for a poll without other frames; null while polls wait. */
  private byte @Nullable [] released;

  /** The stream that replaces all polls, now or later; null for none. */
  private @Nullable Downlink successor;

  /** Whether a request was refused: its client regards the session as ended. */
  private boolean refusedAnother;

  /** Whether the client has aborted the last downlink before a response. */
  private boolean deserted;

  private boolean active;
  private long quietSince;

  /** Creates one that sends each frame by itself. */
  public OutboundFrames(DownstreamListener session, ContextInternal context) {
    this(session, context, 0);
  }

  /**
   * @param mostJoined maximum size of joined frames in bytes; 0 where frames cannot be joined
   */
  public OutboundFrames(DownstreamListener session, ContextInternal context, int mostJoined) {
    this.session = session;
    this.context = context;
    this.pending = new PendingFrames(mostJoined);
  }

  /** Runs the task on the session's event loop. */
  @Override
  public void here(Runnable task) {
    context.emit(nothing -> task.run());
  }

  /** Returns whether a frame would be sent at once now. */
  public boolean isWritable() {
    return closeFrame == null && carrier.isIdle() && arrivals.isEmpty() && pending.isEmpty();
  }

  /**
   * Returns whether the client is not expected back. A client that pauses between two polls has
   * read its last response.
   */
  public boolean isDeserted() {
    return deserted && arrivals.isEmpty();
  }

  /** Sends the frame, or keeps it for the next downlink. */
  public void write(byte[] frame) {
    if (closeFrame != null) {
      return;
    }
    if (isWritable()) {
      give(frame, true);
    } else {
      pending.add(frame);
    }
  }

  private void give(byte[] frame, boolean keep) {
    active = true;
    carrier.give(frame, keep);
  }

  /** Will send this frame to each downlink from now on, after the frames that wait. */
  public void close(byte[] frame) {
    closeFrame = frame;
    feed();
  }

  /** Returns the number of frames that wait. */
  public int waiting() {
    return pending.size();
  }

  /** Drops the frames that wait, which are useless after a gap. */
  public void clear() {
    pending.clear();
  }

  /** Sends this frame when nothing was sent for the interval, in milliseconds. */
  public void heartbeat(long nowMillis, long intervalMillis, byte[] frame) {
    if (active) {
      active = false;
      quietSince = nowMillis;
    } else if (nowMillis - quietSince >= intervalMillis && isWritable()) {
      give(frame, false);
      active = false;
      quietSince = nowMillis;
    }
  }

  /**
   * Answers polls at once from now on.
   *
   * @param frame response to a poll without other frames, which need not be read; null to let polls
   *     wait again
   */
  public void release(byte @Nullable [] frame) {
    released = frame;
    feed();
  }

  /**
   * Attaches a new downlink. It waits until the outcome of the previous one is known. That one gets
   * no more frames, because a client that asks again has probably left it.
   */
  public void attach(Downlink downlink) {
    if (successor == null) {
      arrivals.add(downlink);
    } else {
      downlink.refuse();
    }
  }

  /**
   * Replaces all polls by a stream once their outcomes are known. Unread frames of polls are sent
   * first.
   *
   * @param frame response to a waiting poll
   */
  public void replaceBy(Downlink stream, byte[] frame) {
    if (successor == null) {
      released = frame;
      successor = stream;
      arrivals.add(stream);
    } else {
      stream.refuse();
    }
  }

  /** Ends the output and returns the waiting downlinks, which must search again. */
  public ArrayDeque<Downlink> abandon() {
    carrier.abandon();
    pending.clear();
    return arrivals.abandon();
  }

  /** The place of the current downlink, as the waiting ones see it. */
  private final class Place implements PendingDownlinks.Place {
    @Override
    public @Nullable Downlink occupant() {
      return carrier.occupant();
    }

    @Override
    public boolean isWaiting(Downlink occupant) {
      return occupant == carrier.receiver();
    }

    @Override
    public boolean isYieldedTo(Downlink arrival) {
      boolean yields = arrival == successor && carrier.isIdle();
      if (yields && released != null) {
        give(released, false);
      }
      return yields;
    }

    @Override
    public void take(Downlink arrival) {
      refusedAnother = false;
      deserted = false;
      active = true;
      carrier.serve(arrival);
      feed();
    }

    @Override
    public void refuse(Downlink arrival) {
      refusedAnother = true;
      session.another(arrival);
    }

    @Override
    public void left(Downlink downlink, WriteOutcome outcome) {
      OutboundFrames.this.left(downlink, outcome);
    }

    @Override
    public void goOn() {
      feed();
      vacated();
    }
  }

  private void feed() {
    while (carrier.isReady() && arrivals.isEmpty() && !pending.isEmpty()) {
      give(pending.next(), true);
    }
    if (closeFrame != null && pending.isEmpty() && carrier.last(closeFrame)) {
      session.closeNotified();
    }
    if (isWritable()) {
      session.writableAgain();
    }
    Downlink receiver = carrier.receiver();
    if (released != null && isWritable() && receiver != null && !receiver.isStreaming()) {
      give(released, false);
    }
  }

  @Override
  public void accepted(Downlink downlink, boolean ended, boolean nowFull) {
    if (carrier.accepted(downlink, ended, nowFull)) {
      feed();
    }
  }

  @Override
  public void drained(Downlink downlink) {
    if (carrier.drained(downlink)) {
      feed();
    }
  }

  @Override
  public void flushed(Downlink downlink) {
    if (carrier.flushed(downlink)) {
      vacated();
    }
  }

  @Override
  public void unsent(Downlink downlink) {
    putBack(carrier.unsent(downlink));
  }

  private void putBack(byte @Nullable [] frame) {
    if (frame != null) {
      pending.addFirst(frame);
    }
  }

  @Override
  public void left(Downlink downlink, WriteOutcome outcome) {
    if (carrier.isBusyWith(downlink)) {
      // The outcome of the frame comes first, and then this report again.
      return;
    }
    boolean over = downlink == successor || downlink == carrier.receiver() && refusedAnother;
    boolean gap = carrier.leavesGap(downlink, outcome);
    if (downlink == carrier.receiver()) {
      deserted = true;
    } else if (downlink == carrier.occupant()) {
      deserted |= outcome == WriteOutcome.UNREAD;
    }
    if (downlink == carrier.occupant()) {
      putBack(carrier.left(downlink, outcome));
    } else {
      carrier.flushed(downlink);
      arrivals.remove(downlink);
      deserted = carrier.receiver() == null;
    }
    if (over || gap) {
      session.interrupted();
    }
    vacated();
  }

  private void vacated() {
    if (carrier.isVacant() && arrivals.isEmpty()) {
      session.vacant();
    }
  }
}
