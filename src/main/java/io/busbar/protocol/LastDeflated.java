package io.busbar.protocol;

import io.netty.util.concurrent.FastThreadLocal;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * A cache of the frames that a thread deflated last. The same frames come once for each client, and
 * several of one turn come in the same order. Owned by its thread.
 */
final class LastDeflated {
  private static final int FRAMES = 8;

  /** Size of the largest frames that are kept, in bytes. */
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

  /** Returns the deflated frames; null where they are not in the cache. */
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
