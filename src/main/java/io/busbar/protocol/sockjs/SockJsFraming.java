package io.busbar.protocol.sockjs;

import io.busbar.hub.Disconnect;
import io.busbar.hub.EncodedMessage;
import io.busbar.hub.Framing;
import io.busbar.protocol.WebSocketFraming;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.PooledByteBufAllocator;
import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * Writes messages as SockJS frames (0.3.3, "Protocol and framing"): {@code a["one","two"]}. A
 * prepared message is the content of one JSON string without quotes, so labels can be inserted into
 * it. Immutable.
 */
final class SockJsFraming implements Framing {
  /** Writes bare frames; each HTTP transport adds its own envelope. */
  static final SockJsFraming BARE = new SockJsFraming(false);

  /** Writes WebSocket text frames, and splits large ones. */
  static final SockJsFraming WEBSOCKET = new SockJsFraming(true);

  private static final byte[] OPEN = ascii("o");
  private static final byte[] HEARTBEAT = ascii("h");
  private static final int BRACKETS = 3;
  private static final int QUOTES = 2;
  private static final int COMMA = 1;

  private final boolean inWebSocketFrame;

  private SockJsFraming(boolean inWebSocketFrame) {
    this.inWebSocketFrame = inWebSocketFrame;
  }

  @Override
  public EncodedMessage prepare(EncodedMessage encoded) {
    byte[] utf8 = encoded.isBinary() ? wellFormed(encoded.bytes()) : encoded.bytes();
    JsonString escaped = JsonString.escape(utf8, encoded.slot());
    byte[] bytes = escaped.bytes();
    return bytes == encoded.bytes() ? encoded : encoded.with(bytes, escaped.mark());
  }

  @Override
  public boolean isTextOnly() {
    return true;
  }

  /** SockJS has only text: bytes that are not UTF-8 become replacement characters. */
  private static byte[] wellFormed(byte[] bytes) {
    return new String(bytes, StandardCharsets.UTF_8).getBytes(StandardCharsets.UTF_8);
  }

  @Override
  public ByteBuf join(List<EncodedMessage> prepared) {
    return inWebSocketFrame ? webSocketFrames(prepared) : bare(prepared);
  }

  private static ByteBuf bare(List<EncodedMessage> prepared) {
    int size = size(prepared);
    ByteBuf out = PooledByteBufAllocator.DEFAULT.directBuffer(size);
    write(prepared, out);
    return out;
  }

  /** Writes one WebSocket frame, or several for clients with the usual size limit. */
  private static ByteBuf webSocketFrames(List<EncodedMessage> prepared) {
    int capacity = size(prepared) + WebSocketFraming.MOST_HEADER;
    ByteBuf out = PooledByteBufAllocator.DEFAULT.directBuffer(capacity);
    int from = 0;
    int size = BRACKETS;
    for (int i = 0; i < prepared.size(); i++) {
      int more = cost(prepared.get(i));
      if (i > from && size + more - COMMA > WebSocketFraming.MOST_JOINED) {
        webSocketFrame(prepared.subList(from, i), out);
        from = i;
        size = BRACKETS;
      }
      size += more;
    }
    webSocketFrame(prepared.subList(from, prepared.size()), out);
    return out;
  }

  private static void webSocketFrame(List<EncodedMessage> prepared, ByteBuf out) {
    WebSocketFraming.header(out, WebSocketFraming.FINAL_TEXT, size(prepared));
    write(prepared, out);
  }

  private static int size(List<EncodedMessage> prepared) {
    int size = BRACKETS - (prepared.isEmpty() ? 0 : COMMA);
    for (EncodedMessage encoded : prepared) {
      size += cost(encoded);
    }
    return size;
  }

  /**
   * Returns the bytes of a message with its quotes and a comma, which the last one does not have.
   */
  private static int cost(EncodedMessage encoded) {
    return encoded.size() + QUOTES + COMMA;
  }

  private static void write(List<EncodedMessage> prepared, ByteBuf out) {
    out.writeByte('a').writeByte('[');
    for (int i = 0; i < prepared.size(); i++) {
      if (i > 0) {
        out.writeByte(',');
      }
      out.writeByte('"').writeBytes(prepared.get(i).bytes()).writeByte('"');
    }
    out.writeByte(']');
  }

  /** Returns the frame that opens a session. */
  static byte[] open() {
    return OPEN;
  }

  /** Returns the heart-beat frame. */
  static byte[] heartbeat() {
    return HEARTBEAT;
  }

  /** Returns the frame that ends a session: {@code c[3000,"Go away!"]}. */
  static byte[] close(Disconnect why) {
    String frame = "c[" + why.code() + ",\"" + JsonString.escape(why.reason()) + "\"]";
    return frame.getBytes(StandardCharsets.UTF_8);
  }

  private static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }
}
