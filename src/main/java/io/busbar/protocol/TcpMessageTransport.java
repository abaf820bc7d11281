package io.busbar.protocol;

import io.busbar.hub.Disconnect;
import io.busbar.hub.EncodedMessage;
import io.busbar.hub.Framing;
import io.busbar.hub.InboundBudget;
import io.busbar.hub.InboundBudget.Reason;
import io.busbar.hub.PartialInput;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.channel.ChannelHandlerContext;
import io.netty.util.ReferenceCountUtil;
import io.vertx.core.net.NetSocket;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A TCP transport for text messages, each after its length. It has no ping for a silent client, so
 * TCP's keep-alive does that. Owned by the channel's event loop.
 */
public final class TcpMessageTransport extends NetSocketTransport<byte[]>
    implements PartialInput.Holder {
  private final LengthDecoder decoder;
  private final InboundBudget inbound;
  private final Function<Disconnect, @Nullable EncodedMessage> closeMessage;

  /** Null for a client whose messages always came complete in one read. */
  private @Nullable PartialInput partialInput;

  /**
   * Takes the socket over; its own methods deliver nothing any more.
   *
   * @param maxMessageSize maximum size of a message in bytes
   * @param closeMessage last message to a client; null for none
   */
  public TcpMessageTransport(
      NetSocket socket,
      int maxMessageSize,
      InboundBudget inbound,
      Function<Disconnect, @Nullable EncodedMessage> closeMessage) {
    super(socket);
    this.decoder = new LengthDecoder(maxMessageSize, this::arrived);
    this.inbound = inbound;
    this.closeMessage = closeMessage;
  }

  @Override
  public void channelRead(ChannelHandlerContext ctx, Object message) {
    try {
      if (message instanceof ByteBuf bytes && !isClosing() && !isEnding()) {
        decode(ByteBufUtil.getBytes(bytes));
      }
    } finally {
      ReferenceCountUtil.release(message);
    }
  }

  private void decode(byte[] bytes) {
    try {
      decoder.decode(bytes);
    } catch (ProtocolException e) {
      failed(e.disconnect());
    }
    int held = decoder.heldBytes();
    if (partialInput == null && held > 0 && !isDisconnected()) {
      partialInput = inbound.of(remoteAddress(), channel().eventLoop(), this);
    }
    if (partialInput != null && !isDisconnected()) {
      partialInput.holds(held, decoder.cameBytes());
    }
  }

  @Override
  void take(byte[] message) {
    if (isClosing() || isEnding()) {
      return;
    }
    try {
      receiver().text(Utf8.decode(message));
    } catch (ProtocolException e) {
      endWhenAnswered(e.disconnect());
    }
  }

  @Override
  public void giveUp(Reason why) {
    if (!isDisconnected()) {
      decoder.stop();
      endNow(why.disconnect());
    }
  }

  @Override
  public boolean isHeldBack() {
    return !channel().config().isAutoRead();
  }

  @Override
  void release() {
    decoder.stop();
    if (partialInput != null) {
      partialInput.close();
    }
  }

  @Override
  public Framing framing() {
    return LengthFraming.INSTANCE;
  }

  @Override
  void writeClose(Disconnect why) {
    EncodedMessage last = closeMessage.apply(why);
    if (last != null) {
      context().write(framing().join(List.of(framing().prepare(last))));
    }
    halfClose();
  }
}
