package io.busbar.protocol.session;

import io.vertx.core.internal.ContextInternal;
import java.util.ArrayDeque;
import org.jspecify.annotations.Nullable;

/**
 * The way of one session to its client: frames go out one after the other through whatever downlink
 * the client has open. No frame is forgotten before it is known to have been read:
 *
 * <ul>
 *   <li>A poll that ends while it waits took nothing with it.
 *   <li>The answer to a poll is kept until {@link PeerWatch} has a verdict. If it was not read it
 *       is first in line for the next poll. A new poll is served only when there is a verdict on
 *       the one before. When the node is lost that had the connection there will never be one; then
 *       the session is {@linkplain DownstreamListener#interrupted interrupted}.
 *   <li>Of a stream that ends unread it cannot be known how much was read; then, if it carried
 *       anything, the session is interrupted rather than told a gap. What was not yet handed to the
 *       stream is given to the next.
 * </ul>
 *
 * Owned by the session's loop.
 */
public final class OutboundFrames implements Source {
  private final DownstreamListener session;
  private final ContextInternal context;
  private final PendingDownlinks arrivals = new PendingDownlinks(new Place());
  private final Carrier carrier = new Carrier();
  private final PendingFrames pending;
  private byte @Nullable [] closeFrame;

  /** What polls are answered with at once that find nothing else; null while they wait. */
  private byte @Nullable [] released;

  /** What takes the place of all polls, or has; null for nothing. */
  private @Nullable Downlink successor;

  /** Whether one was told that another waits: its client believes that the session is over. */
  private boolean refusedAnother;

  /** Whether the client has left the last downlink instead of taking its answer. */
  private boolean deserted;

  private boolean active;
  private long quietSince;

  /** One whose frames go out one at a time. */
  public OutboundFrames(DownstreamListener session, ContextInternal context) {
    this(session, context, 0);
  }

  /**
   * @param mostJoined bytes of several frames that may go out as one; 0 where frames cannot simply
   *     stand one after the other
   */
  public OutboundFrames(DownstreamListener session, ContextInternal context, int mostJoined) {
    this.session = session;
    this.context = context;
    this.pending = new PendingFrames(mostJoined);
  }

  /** Runs the task on the session's loop. */
  @Override
  public void here(Runnable task) {
    context.emit(nothing -> task.run());
  }

  /** Whether a frame would go out now. */
  public boolean isWritable() {
    return closeFrame == null && carrier.isIdle() && arrivals.isEmpty() && pending.isEmpty();
  }

  /** Whether nobody is expected back: between two polls the client would have taken an answer. */
  public boolean isDeserted() {
    return deserted && arrivals.isEmpty();
  }

  /** Sends the frame, or keeps it for the next receiver. */
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

  /** Will say this, after what waits, to each receiver from now on. */
  public void close(byte[] frame) {
    closeFrame = frame;
    feed();
  }

  /** How many frames wait. */
  public int waiting() {
    return pending.size();
  }

  /** Forgets what waits: after a gap it is of no use. */
  public void clear() {
    pending.clear();
  }

  /** Says this, that the server is there, to whom it has said nothing for that long. */
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
   * From now on lets no poll wait: one that finds nothing else is answered with this, which need
   * not be read.
   *
   * @param frame null for letting them wait again
   */
  public void release(byte @Nullable [] frame) {
    released = frame;
    feed();
  }

  /**
   * A new downlink of the client; it waits until all is known about the one before, which is given
   * nothing meanwhile: a client that asks again has likely left it.
   */
  public void attach(Downlink downlink) {
    if (successor == null) {
      arrivals.add(downlink);
    } else {
      downlink.refuse();
    }
  }

  /**
   * A stream that takes the place of all polls for good, as soon as all is known about them: what
   * they did not bring goes first. One that waits is answered with the frame.
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

  /** Gives up: whoever waits is handed out to try elsewhere. */
  public ArrayDeque<Downlink> abandon() {
    carrier.abandon();
    pending.clear();
    return arrivals.abandon();
  }

  private final class Place implements PendingDownlinks.Place {
    @Override
    public Downlink occupant() {
      return carrier.occupant();
    }

    @Override
    public boolean isWaiting(Downlink occupant) {
      return occupant == carrier.receiver();
    }

    @Override
    public boolean isYieldedTo(Downlink arrival) {
      boolean yields = arrival == successor && carrier.isIdle();
      if (yields) {
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
    public void left(Downlink downlink, WriteOutcome fate) {
      OutboundFrames.this.left(downlink, fate);
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
      session.saidGoodbye();
    }
    if (isWritable()) {
      session.writableAgain();
    }
    if (released != null && isWritable() && !carrier.receiver().isStreaming()) {
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
  public void left(Downlink downlink, WriteOutcome fate) {
    if (carrier.isBusyWith(downlink)) {
      // What became of the frame is told first, and then this again.
      return;
    }
    boolean over = downlink == successor || downlink == carrier.receiver() && refusedAnother;
    boolean gap = carrier.leavesGap(downlink, fate);
    if (downlink == carrier.receiver()) {
      deserted = true;
    } else if (downlink == carrier.occupant()) {
      deserted |= fate == WriteOutcome.UNREAD;
    }
    if (downlink == carrier.occupant()) {
      putBack(carrier.left(downlink, fate));
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
