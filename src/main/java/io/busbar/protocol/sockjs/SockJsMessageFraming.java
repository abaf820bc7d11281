package io.busbar.protocol.sockjs;

import io.busbar.hub.EncodedMessage;
import io.busbar.hub.Framing;
import io.busbar.protocol.WebSocketFraming;
import io.netty.buffer.ByteBuf;
import java.util.List;

/**
 * Each message as a frame of SockJS, and that as a WebSocket text frame, {@code a["one"]}: what can
 * be compressed for all at once. A prepared wire is the whole of it.
 */
final class SockJsMessageFraming implements Framing {
  static final SockJsMessageFraming INSTANCE = new SockJsMessageFraming();

  private static final byte[] OPEN = {'a', '[', '"'};
  private static final byte[] END = {'"', ']'};

  private SockJsMessageFraming() {}

  @Override
  public EncodedMessage prepare(EncodedMessage wire) {
    EncodedMessage string = SockJsFraming.WEBSOCKET.prepare(wire);
    byte[] inside = string.bytes();
    byte[] frame = new byte[OPEN.length + inside.length + END.length];
    System.arraycopy(OPEN, 0, frame, 0, OPEN.length);
    System.arraycopy(inside, 0, frame, OPEN.length, inside.length);
    System.arraycopy(END, 0, frame, OPEN.length + inside.length, END.length);
    EncodedMessage text = EncodedMessage.text(frame);
    return string.hasSlot() ? text.withSlot(OPEN.length + string.slot()) : text;
  }

  /** It is put into the JSON string. */
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
