package io.busbar.protocol.engineio;

import io.vertx.core.buffer.Buffer;
import java.util.List;

/**
 * Packets of a client for its session.
 *
 * @param packets in order
 * @param isRequest whether they came in a POST request, of which a client sends one at a time;
 *     false for a WebSocket
 */
record EngineUpload(List<EnginePacket> packets, boolean isRequest) {
  private static final byte REQUEST = 0;
  private static final byte SOCKET = 1;

  /** Encodes the packets for another node. */
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
