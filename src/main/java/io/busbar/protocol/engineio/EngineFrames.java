package io.busbar.protocol.engineio;

import io.busbar.hub.Wire;
import io.busbar.protocol.WebSocketFraming;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.vertx.core.buffer.Buffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * Packets as WebSocket frames of ours, one after the other: what a WebSocket is given as it is,
 * what a poll takes apart, and what nodes pass on to each other. Only bytes of our own are read
 * here.
 */
final class EngineFrames {
  private static final int TWO_BYTE_LENGTH = 126;
  private static final int EIGHT_BYTE_LENGTH = 127;

  private EngineFrames() {}

  static byte[] frame(EngineRevision revision, EnginePacket packet) {
    return frames(revision, List.of(packet));
  }

  static byte[] frames(EngineRevision revision, List<EnginePacket> packets) {
    List<Wire> wires = packets.stream().map(revision::encode).toList();
    ByteBuf joined = WebSocketFraming.INSTANCE.join(wires);
    try {
      return ByteBufUtil.getBytes(joined);
    } finally {
      joined.release();
    }
  }

  /** Takes frames apart again. */
  static List<EnginePacket> packets(EngineRevision revision, byte[] frames) {
    List<EnginePacket> packets = new ArrayList<>(4);
    ByteBuf in = Unpooled.wrappedBuffer(frames);
    while (in.isReadable()) {
      boolean text = in.readUnsignedByte() == WebSocketFraming.FINAL_TEXT;
      byte[] payload = new byte[Math.toIntExact(length(in))];
      in.readBytes(payload);
      packets.add(
          text
              ? revision.decode(new String(payload, StandardCharsets.UTF_8))
              : revision.decode(Buffer.buffer(payload)));
    }
    return packets;
  }

  private static long length(ByteBuf in) {
    int length = in.readUnsignedByte();
    return switch (length) {
      case TWO_BYTE_LENGTH -> in.readUnsignedShort();
      case EIGHT_BYTE_LENGTH -> in.readLong();
      default -> length;
    };
  }
}
