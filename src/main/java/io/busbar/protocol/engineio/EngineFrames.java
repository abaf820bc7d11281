package io.busbar.protocol.engineio;

import io.busbar.hub.EncodedMessage;
import io.busbar.protocol.WebSocketFraming;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.vertx.core.buffer.Buffer;
import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * Packets as WebSocket frames of ours, one after the other: what a WebSocket is given as it is,
 * what a poll takes apart, and what nodes pass on to each other. Only bytes of our own are read
 * here.
 */
final class EngineFrames {
  private EngineFrames() {}

  static byte[] frame(EngineRevision revision, EnginePacket packet) {
    return frames(revision, List.of(packet));
  }

  static byte[] frames(EngineRevision revision, List<EnginePacket> packets) {
    List<EncodedMessage> wires = packets.stream().map(revision::encode).toList();
    ByteBuf joined = WebSocketFraming.INSTANCE.join(wires);
    try {
      return ByteBufUtil.getBytes(joined);
    } finally {
      joined.release();
    }
  }

  /** Takes frames apart again. */
  static List<EnginePacket> packets(EngineRevision revision, byte[] frames) {
    return WebSocketFraming.wires(frames).stream().map(wire -> packet(revision, wire)).toList();
  }

  private static EnginePacket packet(EngineRevision revision, EncodedMessage wire) {
    return wire.isBinary()
        ? revision.decode(Buffer.buffer(wire.bytes()))
        : revision.decode(new String(wire.bytes(), StandardCharsets.UTF_8));
  }
}
