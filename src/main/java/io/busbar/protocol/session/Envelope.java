package io.busbar.protocol.session;

import io.vertx.core.buffer.Buffer;

/**
 * The format in which an HTTP transport sends frames. Used by the event loop of the request; an
 * object without state serves all requests.
 */
public interface Envelope {
  String contentType();

  /** Returns whether a response carries many frames instead of one. */
  boolean isStreaming();

  /** Returns the start of a stream; callers do not change it. */
  default byte[] prelude() {
    return new byte[0];
  }

  /** Returns the bytes that carry the frame. */
  Buffer wrap(byte[] frame);

  /** Returns the frame between two pieces of text. */
  static Buffer between(byte[] before, byte[] frame, byte[] after) {
    return Buffer.buffer(before.length + frame.length + after.length)
        .appendBytes(before)
        .appendBytes(frame)
        .appendBytes(after);
  }
}
