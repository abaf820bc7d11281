package io.busbar.protocol;

import io.busbar.hub.InboundBudget;
import io.busbar.hub.InboundBudget.Reason;
import io.busbar.hub.PartialInput;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import java.net.InetSocketAddress;
import org.jspecify.annotations.Nullable;

/**
 * A handler before TLS that counts the bytes of incomplete records, because TLS holds a record
 * until its last byte. A record (RFC 8446, 5.1) is a type, a version of two bytes, a length of two,
 * and as many bytes. Owned by the connection's event loop.
 */
public final class TlsRecords extends ChannelInboundHandlerAdapter implements PartialInput.Holder {
  private static final int HEAD = 5;

  private final InboundBudget inbound;
  private ChannelHandlerContext context;
  private @Nullable PartialInput partialInput;

  /** Number of received bytes of the current record; 0 between records. */
  private int came;

  /** Size of the current record, once its head has come. */
  private int size;

  private TlsRecords(InboundBudget inbound) {
    this.inbound = inbound;
  }

  /** Adds the handler before all others, to a connection that nothing was read from yet. */
  public static void watch(Channel connection, InboundBudget inbound) {
    connection.pipeline().addFirst("busbar-records", new TlsRecords(inbound));
  }

  @Override
  public void handlerAdded(ChannelHandlerContext newContext) {
    context = newContext;
  }

  @Override
  public void channelRead(ChannelHandlerContext ctx, Object message) {
    if (!(message instanceof ByteBuf bytes)) {
      ctx.fireChannelRead(message);
      return;
    }
    int capacity = bytes.capacity();
    pass(bytes);
    ctx.fireChannelRead(message);
    if ((came > 0 || partialInput != null) && ctx.channel().isActive()) {
      count(came == 0 ? 0 : Math.max(came, capacity));
    }
  }

  private void pass(ByteBuf bytes) {
    int at = bytes.readerIndex();
    int end = bytes.writerIndex();
    while (at < end) {
      if (came < HEAD) {
        int octet = bytes.getByte(at++) & 0xFF;
        came++;
        size = came < HEAD - 1 ? 0 : size << 8 | octet;
        size += came == HEAD ? HEAD : 0;
      } else {
        int more = Math.min(size - came, end - at);
        at += more;
        came += more;
      }
      if (came >= HEAD && came == size) {
        came = 0;
      }
    }
  }

  private void count(int memory) {
    if (partialInput == null) {
      String client =
          context.channel().remoteAddress() instanceof InetSocketAddress peer
              ? peer.getAddress().getHostAddress()
              : "";
      partialInput = inbound.of(client, context.channel().eventLoop(), this);
    }
    partialInput.holds(memory, came);
  }

  @Override
  public void channelInactive(ChannelHandlerContext ctx) {
    if (partialInput != null) {
      partialInput.close();
    }
    ctx.fireChannelInactive();
  }

  /** No text is sure to be read here; TLS reports the end. */
  @Override
  public void giveUp(Reason why) {
    context.channel().close();
  }

  @Override
  public boolean isHeldBack() {
    return !context.channel().config().isAutoRead();
  }
}
