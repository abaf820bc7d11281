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
 * Counts, before TLS takes them, the records that are not whole (RFC 8446, 5.1: a type, a version
 * of two bytes, a length of two, and as many bytes): TLS holds each until its last byte has come.
 * Owned by the connection's loop.
 */
public final class TlsRecords extends ChannelInboundHandlerAdapter implements PartialInput.Holder {
  private static final int HEAD = 5;

  private final InboundBudget inbound;
  private ChannelHandlerContext context;
  private @Nullable PartialInput partialInput;

  /** Bytes of the record that is being read that have come; 0 between records. */
  private int came;

  /** The whole of it, when its head has come. */
  private int size;

  private TlsRecords(InboundBudget inbound) {
    this.inbound = inbound;
  }

  /** Will stand before everything else of a connection that nothing has come from yet. */
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

  /** Nothing can be said that is sure to be read: TLS says that it ends. */
  @Override
  public void giveUp(Reason why) {
    context.channel().close();
  }

  @Override
  public boolean isHeldBack() {
    return !context.channel().config().isAutoRead();
  }
}
