package io.busbar.protocol.session;

import java.util.ArrayDeque;

/** The frames that wait for a downlink, in order. Owned by the session's event loop. */
final class PendingFrames {
  private final ArrayDeque<byte[]> frames = new ArrayDeque<>(2);
  private final int mostJoined;

  /**
   * @param mostJoined maximum size of joined frames in bytes; 0 where frames cannot be joined
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

  /** Puts a frame back that did not arrive. */
  void addFirst(byte[] frame) {
    frames.addFirst(frame);
  }

  void clear() {
    frames.clear();
  }

  /** Removes and returns the next frame, joined with as many later ones as the limit allows. */
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
