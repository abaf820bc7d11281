package io.busbar.protocol.engineio;

import io.vertx.core.buffer.Buffer;
import java.util.List;

/**
 * Packets of a client on their way to its session.
 *
 * @param packets in order
 * @param isRequest whether a request has brought them, of which a client sends one at a time;
 *     otherwise it was a WebSocket
 */
record EngineUpload(List<EnginePacket> packets, boolean isRequest) {
  private static final byte REQUEST = 0;
  private static final byte SOCKET = 1;

  /** As one node passes it on to another. */
  Buffer encode(EngineRevision revision) {
    return Buffer.buffer()
        .appendByte(isRequest ? REQUEST : SOCKET)
        .appendBytes(EngineFrames.frames(revision, packets));
  }

  static EngineUpload decode(EngineRevision revision, Buffer encoded) {
    byte[] frames = encoded.getBytes(1, encoded.length());
    return new EngineUpload(EngineFrames.packets(revision, frames), encoded.getByte(0) == REQUEST);
  }
}
