package io.busbar.protocol.sockjs;

import io.busbar.hub.EncodedMessage;
import io.busbar.hub.Framing;
import io.busbar.protocol.WebSocketFraming;
import io.netty.buffer.ByteBuf;
import java.util.List;

/**
 * Writes each message as its own SockJS frame in a WebSocket text frame, {@code a["one"]}. Such a
 * frame can be compressed once for all clients. A prepared message is the whole SockJS frame.
 * Immutable.
 */
final class SockJsMessageFraming implements Framing {
  static final SockJsMessageFraming INSTANCE = new SockJsMessageFraming();

  private static final byte[] OPEN = {'a', '[', '"'};
  private static final byte[] END = {'"', ']'};

  private SockJsMessageFraming() {}

  @Override
  public EncodedMessage prepare(EncodedMessage encoded) {
    EncodedMessage string = SockJsFraming.WEBSOCKET.prepare(encoded);
    byte[] inside = string.bytes();
    byte[] frame = new byte[OPEN.length + inside.length + END.length];
    System.arraycopy(OPEN, 0, frame, 0, OPEN.length);
    System.arraycopy(inside, 0, frame, OPEN.length, inside.length);
    System.arraycopy(END, 0, frame, OPEN.length + inside.length, END.length);
    EncodedMessage text = EncodedMessage.text(frame);
    return string.hasSlot() ? text.withSlot(OPEN.length + string.slot()) : text;
  }

  /** The label is inserted into the JSON string. */
  @Override
  public byte[] label(byte[] label) {
    return SockJsFraming.WEBSOCKET.label(label);
  }

  @Override
  public boolean isTextOnly() {
    return true;
  }

  @Override
  public ByteBuf join(List<EncodedMessage> prepared) {
    return WebSocketFraming.INSTANCE.join(prepared);
  }
}
