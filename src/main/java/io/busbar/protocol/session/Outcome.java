package io.busbar.protocol.session;

import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * What has become of the client of one {@link SocketDownlink}: looks at its end until that is
 * known, and then it stays so. Owned by the loop of the connection.
 */
final class Outcome {
  private static final long RETRY_MILLIS = 5;
  private static final int MOST_RETRIES = 600;

  /** So often is nothing seen of a reset that may come by its own way beside the next request. */
  private static final int LOOKS_FOR_RESET = 4;

  private final SocketDownlink downlink;
  private final PeerWatch peer;
  private @Nullable WriteOutcome fate;

  Outcome(SocketDownlink downlink, PeerWatch peer) {
    this.downlink = downlink;
    this.peer = peer;
  }

  /** Whether the client has left. */
  boolean isGone() {
    return fate != null || peer.hasLeft();
  }

  /** Will be as it is known now, unless it was settled before. */
  WriteOutcome settleAsKnown() {
    if (fate == null) {
      fate = peer.fate(downlink.isFlushed());
    }
    return fate;
  }

  /** The client has left, or has shown that it has read all. Only the first verdict counts. */
  void settle(WriteOutcome verdict) {
    if (fate == null) {
      fate = verdict;
      downlink.tellLeft(verdict);
    }
  }

  /** Will tell whether the client is there, or what it has read, as soon as that is known. */
  void find(Consumer<WriteOutcome> reply) {
    find(reply, 0);
  }

  private void find(Consumer<WriteOutcome> reply, int tries) {
    WriteOutcome now = fate == null ? look(tries) : fate;
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
    WriteOutcome now = peer.fate(downlink.isFlushed());
    if (ended && now == WriteOutcome.UNDER_WAY && tries >= MOST_RETRIES) {
      // Its machine is silent while the client asks again: it came back by another way.
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
