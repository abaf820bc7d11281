package io.busbar.protocol.session;

import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The outcome for the client of one {@link SocketDownlink}. It checks the connection until the
 * outcome is known, and then keeps it. Owned by the event loop of the connection.
 */
final class Outcome {
  private static final long RETRY_MILLIS = 5;
  private static final int MOST_RETRIES = 600;

  /**
   * Checks without a reset before the response counts as read. A reset and the next request may
   * take different ways.
   */
  private static final int LOOKS_FOR_RESET = 4;

  private final SocketDownlink downlink;
  private final PeerWatch peer;
  private @Nullable WriteOutcome outcome;

  Outcome(SocketDownlink downlink, PeerWatch peer) {
    this.downlink = downlink;
    this.peer = peer;
  }

  /** Returns whether the client has left. */
  boolean isDisconnected() {
    return outcome != null || peer.hasLeft();
  }

  /** Makes the current knowledge the outcome, unless there is one already. */
  WriteOutcome settleAsKnown() {
    if (outcome == null) {
      outcome = peer.outcome(downlink.isFlushed());
    }
    return outcome;
  }

  /** Sets the outcome: the client has left, or has read all. Later outcomes are ignored. */
  void settle(WriteOutcome verdict) {
    if (outcome == null) {
      outcome = verdict;
      downlink.notifyLeft(verdict);
    }
  }

  /** Will report whether the client is there, or what it has read, as soon as that is known. */
  void find(Consumer<WriteOutcome> reply) {
    find(reply, 0);
  }

  private void find(Consumer<WriteOutcome> reply, int tries) {
    WriteOutcome now = outcome == null ? look(tries) : outcome;
    if (now == WriteOutcome.UNDER_WAY) {
      downlink.later(RETRY_MILLIS, () -> find(reply, tries + 1));
    } else {
      reply.accept(now);
    }
  }

  private WriteOutcome look(int tries) {
    if (downlink.isDelayed() || tries == 0 && !peer.seesAhead()) {
      return WriteOutcome.UNDER_WAY;
    }
    boolean ended = downlink.hasEnded();
    WriteOutcome now = peer.outcome(downlink.isFlushed());
    if (ended && now == WriteOutcome.UNDER_WAY && tries >= MOST_RETRIES) {
      // The client's machine does not respond, but the client asks again over another connection.
      now = WriteOutcome.UNREAD;
      peer.close();
    }
    if (!ended && now == WriteOutcome.UNDER_WAY) {
      return WriteOutcome.THERE;
    }
    if (ended && now == WriteOutcome.THERE) {
      now = tries < LOOKS_FOR_RESET ? WriteOutcome.UNDER_WAY : WriteOutcome.READ;
    }
    if (now == WriteOutcome.READ || now == WriteOutcome.UNREAD) {
      settle(now);
    }
    return now;
  }
}
