package io.busbar.protocol.session;

import io.vertx.core.buffer.Buffer;

/** How a transport over HTTP wraps frames. Stateless; one object per request or per kind. */
public interface Envelope {
  String contentType();

  /** Whether one response carries many frames, or one. */
  boolean isStreaming();

  /** What a stream begins with; never changed. */
  default byte[] prelude() {
    return new byte[0];
  }

  /** The bytes that carry the frame. */
  Buffer wrap(byte[] frame);

  /** Puts the frame between two pieces of text. */
  static Buffer between(byte[] before, byte[] frame, byte[] after) {
    return Buffer.buffer(before.length + frame.length + after.length)
        .appendBytes(before)
        .appendBytes(frame)
        .appendBytes(after);
  }
}
