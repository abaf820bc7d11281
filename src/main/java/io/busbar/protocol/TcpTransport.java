package io.busbar.protocol;

import io.busbar.hub.Disconnect;
import io.busbar.hub.Framing;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.channel.ChannelHandlerContext;
import io.netty.util.ReferenceCountUtil;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.internal.net.NetSocketInternal;
import io.vertx.core.net.NetSocket;
import io.vertx.core.net.impl.ConnectionBase;
import io.vertx.core.net.impl.VertxHandler;

/**
 * A TCP connection as a place for bytes. As {@link WebSocketTransport} does, it takes the place of
 * Vert.x's own handler on the channel, which keeps 5 KiB for each socket.
 */
public final class TcpTransport extends ChannelTransport<Buffer> {
  private final String remoteAddress;

  /** Takes the socket over: nothing comes by its own methods any more. */
  public TcpTransport(NetSocket socket) {
    super(
        ((ConnectionBase) socket).context().unwrap(),
        ((NetSocketInternal) socket).channelHandlerContext().channel(),
        false);
    this.remoteAddress = socket.remoteAddress() == null ? "" : socket.remoteAddress().hostAddress();
  }

  /** Will hand all that the client sends to the receiver, as binary messages cut anywhere. */
  public void receiver(Receiver newReceiver) {
    setReceiver(newReceiver);
    channel().pipeline().replace(VertxHandler.class, "busbar", this);
    if (!channel().isActive()) {
      channelInactive(context());
    }
  }

  @Override
  public void channelRead(ChannelHandlerContext ctx, Object message) {
    try {
      if (message instanceof ByteBuf bytes && !isClosing()) {
        arrived(Buffer.buffer(ByteBufUtil.getBytes(bytes)));
      }
    } finally {
      ReferenceCountUtil.release(message);
    }
  }

  @Override
  void take(Buffer bytes) {
    if (!isClosing()) {
      receiver().binary(bytes);
    }
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
    giveUp(cause);
  }

  @Override
  public String remoteAddress() {
    return remoteAddress;
  }

  @Override
  public Framing framing() {
    return StreamFraming.INSTANCE;
  }

  @Override
  void sayGoodbye(Disconnect why) {
    halfClose();
  }

  @Override
  public void tick(long nowMillis) {}
}
