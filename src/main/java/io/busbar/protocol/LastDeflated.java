package io.busbar.protocol;

import io.netty.util.concurrent.FastThreadLocal;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * What a thread deflated last. Frames that are framed for no socket in particular come here once
 * for each client, several of one turn in the same order: those are found again. Its own thread's.
 */
final class LastDeflated {
  private static final int FRAMES = 8;

  /** Bytes of frames that are remembered. */
  private static final int MOST_BYTES = 64 << 10;

  private static final FastThreadLocal<LastDeflated> OWN =
      new FastThreadLocal<>() {
        @Override
        protected LastDeflated initialValue() {
          return new LastDeflated();
        }
      };

  private record Remembered(DeflatedFraming framing, byte[] frames, byte[] deflated) {
    private boolean is(DeflatedFraming otherFraming, byte[] otherFrames) {
      return framing == otherFraming && Arrays.equals(frames, otherFrames);
    }
  }

  private final Remembered[] ring = new Remembered[FRAMES];
  private int next;

  private LastDeflated() {}

  static LastDeflated ofThread() {
    return OWN.get();
  }

  /** Null where it is forgotten. */
  byte @Nullable [] find(DeflatedFraming framing, byte[] frames) {
    for (Remembered one : ring) {
      if (one != null && one.is(framing, frames)) {
        return one.deflated();
      }
    }
    return null;
  }

  void keep(DeflatedFraming framing, byte[] frames, byte[] deflated) {
    if (frames.length <= MOST_BYTES) {
      ring[next] = new Remembered(framing, frames, deflated);
      next = (next + 1) % FRAMES;
    }
  }
}
