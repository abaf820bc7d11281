package io.busbar.protocol;

import io.busbar.hub.EncodedMessage;
import io.busbar.hub.Framing;
import io.busbar.protocol.MessageDeflater.Slotted;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * A framing where each message is one WebSocket message, deflated (RFC 7692) where that makes it
 * smaller. It deflates in {@code prepare}, so once for all clients with the same window. A message
 * with a slot is always deflated, because labels are in deflated form. One object per kind; any
 * thread may use it.
 *
 * @param each framing without compression, with one frame per message
 * @param threshold bytes of the smallest message that is deflated
 */
record DeflatedFraming(Framing each, MessageDeflater deflater, int threshold) implements Framing {
  /** Maps each framing to itself, so that sockets of one kind share one object. */
  private static final Map<DeflatedFraming, DeflatedFraming> KNOWN = new ConcurrentHashMap<>();

  static DeflatedFraming of(Framing each, MessageDeflater deflater, int threshold) {
    return KNOWN.computeIfAbsent(
        new DeflatedFraming(each, deflater, threshold), framing -> framing);
  }

  @Override
  public EncodedMessage prepare(EncodedMessage encoded) {
    return deflated(each.prepare(encoded));
  }

  private EncodedMessage deflated(EncodedMessage plain) {
    EncodedMessage follower = plain.next() == null ? null : deflated(plain.next());
    return (plain.hasSlot() ? withSlot(plain) : whole(plain)).before(follower);
  }

  private EncodedMessage withSlot(EncodedMessage plain) {
    Slotted deflated = deflater.deflate(plain.bytes(), plain.slot());
    return plain.compressed(deflated.bytes(), deflated.slot());
  }

  private EncodedMessage whole(EncodedMessage plain) {
    if (plain.bytes().length < threshold) {
      return plain;
    }
    byte[] deflated = deflater.deflate(plain.bytes());
    return deflated.length < plain.bytes().length ? plain.compressed(deflated, 0) : plain;
  }

  @Override
  public byte[] label(byte[] label) {
    return MessageDeflater.stored(each.label(label));
  }

  @Override
  public boolean isTextOnly() {
    return each.isTextOnly();
  }

  @Override
  public ByteBuf join(List<EncodedMessage> prepared) {
    return WebSocketFraming.INSTANCE.join(prepared);
  }

  /**
   * Returns the frames deflated. They were framed for no socket in particular, and go to one client
   * after the other. So each event loop deflates them once.
   */
  ByteBuf deflate(byte[] frames) {
    LastDeflated last = LastDeflated.ofThread();
    byte[] deflated = last.find(this, frames);
    if (deflated == null) {
      deflated = deflateNow(frames);
      last.keep(this, frames, deflated);
    }
    return Unpooled.wrappedBuffer(deflated);
  }

  private byte[] deflateNow(byte[] frames) {
    ByteBuf joined =
        join(WebSocketFraming.encodedMessages(frames).stream().map(this::deflated).toList());
    try {
      return ByteBufUtil.getBytes(joined);
    } finally {
      joined.release();
    }
  }
}
