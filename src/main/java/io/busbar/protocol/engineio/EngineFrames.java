package io.busbar.protocol.engineio;

import io.busbar.hub.EncodedMessage;
import io.busbar.protocol.WebSocketFraming;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.vertx.core.buffer.Buffer;
import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * Converts packets to WebSocket frames, one after the other, and back. A WebSocket sends these
 * bytes unchanged, a poll decodes them again, and nodes forward them. It reads only bytes of the
 * gateway itself.
 */
final class EngineFrames {
  private EngineFrames() {}

  static byte[] frame(EngineRevision revision, EnginePacket packet) {
    return frames(revision, List.of(packet));
  }

  static byte[] frames(EngineRevision revision, List<EnginePacket> packets) {
    List<EncodedMessage> encodedMessages = packets.stream().map(revision::encode).toList();
    ByteBuf joined = WebSocketFraming.INSTANCE.join(encodedMessages);
    try {
      return ByteBufUtil.getBytes(joined);
    } finally {
      joined.release();
    }
  }

  /** Returns the packets of these frames. */
  static List<EnginePacket> packets(EngineRevision revision, byte[] frames) {
    return WebSocketFraming.encodedMessages(frames).stream()
        .map(encoded -> packet(revision, encoded))
        .toList();
  }

  private static EnginePacket packet(EngineRevision revision, EncodedMessage encoded) {
    return encoded.isBinary()
        ? revision.decode(Buffer.buffer(encoded.bytes()))
        : revision.decode(new String(encoded.bytes(), StandardCharsets.UTF_8));
  }
}
