package io.busbar.protocol;

import io.netty.channel.ChannelHandlerContext;
import io.vertx.core.internal.net.NetSocketInternal;
import io.vertx.core.net.NetSocket;
import io.vertx.core.net.impl.ConnectionBase;
import io.vertx.core.net.impl.VertxHandler;

/**
 * A transport over TCP. Like {@link WebSocketTransport} it replaces Vert.x's own handler on the
 * channel, which keeps 5 KiB for each socket. Owned by the channel's event loop.
 *
 * @param <M> type of the client's messages
 */
abstract class NetSocketTransport<M> extends ChannelTransport<M> {
  private final String remoteAddress;

  /** Takes the socket over; its own methods deliver nothing any more. */
  NetSocketTransport(NetSocket socket) {
    super(
        ((ConnectionBase) socket).context().unwrap(),
        ((NetSocketInternal) socket).channelHandlerContext().channel(),
        false);
    this.remoteAddress = Client.of(socket).remoteAddress();
  }

  /** Will give all input of the client to the receiver. */
  public final void receiver(Receiver newReceiver) {
    setReceiver(newReceiver);
    channel().pipeline().replace(VertxHandler.class, "busbar", this);
    if (!channel().isActive()) {
      channelInactive(context());
    }
  }

  @Override
  public final void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
    giveUp(cause);
  }

  @Override
  public final String remoteAddress() {
    return remoteAddress;
  }

  /** It has no time-outs of its own. */
  @Override
  public final void tick(long nowMillis) {}
}
