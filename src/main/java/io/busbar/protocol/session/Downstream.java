package io.busbar.protocol.session;

import io.vertx.core.internal.ContextInternal;
import java.util.ArrayDeque;

/**
 * The way of one HTTP session to its client: frames go out one after the other through whatever
 * downlink the client has open. No frame is forgotten before it is known to have been read:
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
public final class Downstream implements Source {
  private final DownstreamListener session;
  private final ContextInternal context;
  private final Arrivals arrivals = new Arrivals(new Place());
  private final ArrayDeque<byte[]> pending = new ArrayDeque<>(2);
  private byte[] closeFrame;

  /** The downlink that waits for frames; null for none. */
  private Downlink receiver;

  /** Whether the client has left the last downlink instead of taking its answer. */
  private boolean deserted;

  private boolean busy;
  private boolean full;

  /** Whether one was told that another waits: its client believes that the session is over. */
  private boolean refusedAnother;

  /** Whether the stream has carried a frame. */
  private boolean carried;

  /** The downlink that has ended, and may or may not have been read. */
  private Downlink unsettled;

  /** The downlink whose end is not yet with the kernel. */
  private Downlink flushing;

  /** The frame that the receiver or the unsettled poll was given last. */
  private byte[] underWay;

  private boolean inWrite;
  private boolean active;
  private long quietSince;

  public Downstream(DownstreamListener session, ContextInternal context) {
    this.session = session;
    this.context = context;
  }

  /** Runs the task on the session's loop. */
  @Override
  public void here(Runnable task) {
    context.emit(nothing -> task.run());
  }

  /** Whether a frame would go out now. */
  public boolean isWritable() {
    return closeFrame == null
        && receiver != null
        && !busy
        && !full
        && !inWrite
        && arrivals.isEmpty()
        && pending.isEmpty();
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
      transmit(frame, true);
    } else {
      pending.add(frame);
    }
  }

  /** Will say this, after what waits, to each receiver from now on. */
  public void close(byte[] frame) {
    closeFrame = frame;
    feed();
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
      transmit(frame, false);
      active = false;
      quietSince = nowMillis;
    }
  }

  /**
   * A new downlink of the client; it waits until all is known about the one before, which is given
   * nothing meanwhile: a client that asks again has likely left it.
   */
  public void attach(Downlink downlink) {
    arrivals.add(downlink);
  }

  /** Gives up: whoever waits is handed out to try elsewhere. */
  public ArrayDeque<Downlink> abandon() {
    if (receiver != null) {
      receiver.abort();
      receiver = null;
    }
    if (unsettled != null) {
      unsettled.forget();
      unsettled = null;
    }
    pending.clear();
    return arrivals.abandon();
  }

  private final class Place implements Arrivals.Place {
    @Override
    public Downlink occupant() {
      return receiver == null ? unsettled : receiver;
    }

    @Override
    public boolean isWaiting(Downlink occupant) {
      return occupant == receiver;
    }

    @Override
    public void take(Downlink arrival) {
      seat(arrival);
    }

    @Override
    public void refuse(Downlink arrival) {
      refusedAnother = true;
      session.another(arrival);
    }

    @Override
    public void left(Downlink downlink, Fate fate) {
      Downstream.this.left(downlink, fate);
    }

    @Override
    public void goOn() {
      feed();
      vacated();
    }
  }

  private void seat(Downlink arrival) {
    receiver = arrival;
    deserted = false;
    refusedAnother = false;
    full = false;
    carried = false;
    active = true;
    feed();
  }

  private void feed() {
    while (receiver != null && !busy && !full && arrivals.isEmpty() && !pending.isEmpty()) {
      transmit(pending.poll(), true);
    }
    if (receiver != null && closeFrame != null && !busy && pending.isEmpty()) {
      Downlink last = receiver;
      receiver = null;
      last.last(closeFrame);
      session.saidGoodbye();
    }
    if (isWritable()) {
      session.writableAgain();
    }
  }

  private void transmit(byte[] frame, boolean keep) {
    Downlink to = receiver;
    active = true;
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

  @Override
  public void accepted(Downlink downlink, boolean ended, boolean nowFull) {
    if (!isBusyWith(downlink)) {
      return;
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
    if (!inWrite) {
      feed();
    }
  }

  private boolean isBusyWith(Downlink downlink) {
    return busy && (downlink == receiver || downlink == unsettled);
  }

  @Override
  public void drained(Downlink downlink) {
    if (downlink == receiver) {
      full = false;
      if (!inWrite) {
        feed();
      }
    }
  }

  @Override
  public void flushed(Downlink downlink) {
    if (downlink == flushing) {
      flushing = null;
      vacated();
    }
  }

  @Override
  public void unsent(Downlink downlink) {
    if (!isBusyWith(downlink)) {
      return;
    }
    busy = false;
    if (underWay != null) {
      pending.addFirst(underWay);
      underWay = null;
    }
  }

  @Override
  public void left(Downlink downlink, Fate fate) {
    if (isBusyWith(downlink)) {
      // What became of the frame is told first, and then this again.
      return;
    }
    if (downlink == flushing) {
      flushing = null;
    }
    boolean gap = downlink.isStreaming() && carried && fate != Fate.READ;
    if (downlink == receiver) {
      receiver = null;
      deserted = true;
      if (gap || refusedAnother) {
        session.interrupted();
      }
    } else if (downlink == unsettled) {
      unsettled = null;
      deserted |= fate == Fate.UNREAD;
      if (gap || fate == Fate.UNKNOWN && underWay != null) {
        session.interrupted();
      } else if (fate == Fate.UNREAD && underWay != null) {
        pending.addFirst(underWay);
      }
      underWay = null;
    } else {
      arrivals.remove(downlink);
      deserted = receiver == null;
    }
    vacated();
  }

  private void vacated() {
    if (receiver == null && arrivals.isEmpty() && flushing == null) {
      session.vacant();
    }
  }
}
