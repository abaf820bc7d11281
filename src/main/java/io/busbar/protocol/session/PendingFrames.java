package io.busbar.protocol.session;

import java.util.ArrayDeque;

/** Frames that wait for a downlink, in order. Owned by the session's loop. */
final class PendingFrames {
  private final ArrayDeque<byte[]> frames = new ArrayDeque<>(2);
  private final int mostJoined;

  /**
   * @param mostJoined bytes of several frames that may go out as one; 0 where frames cannot simply
   *     stand one after the other
   */
  PendingFrames(int mostJoined) {
    this.mostJoined = mostJoined;
  }

  boolean isEmpty() {
    return frames.isEmpty();
  }

  int size() {
    return frames.size();
  }

  void add(byte[] frame) {
    frames.add(frame);
  }

  /** Puts one back that did not arrive. */
  void addFirst(byte[] frame) {
    frames.addFirst(frame);
  }

  void clear() {
    frames.clear();
  }

  /** The next frame, with as many of those after it as may be joined to it. */
  byte[] next() {
    int count = 0;
    int size = 0;
    for (byte[] frame : frames) {
      if (count > 0 && size + frame.length > mostJoined) {
        break;
      }
      count++;
      size += frame.length;
    }
    if (count == 1) {
      return frames.poll();
    }
    byte[] joined = new byte[size];
    for (int at = 0; count > 0; count--) {
      byte[] frame = frames.poll();
      System.arraycopy(frame, 0, joined, at, frame.length);
      at += frame.length;
    }
    return joined;
  }
}
