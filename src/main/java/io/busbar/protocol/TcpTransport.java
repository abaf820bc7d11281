package io.busbar.protocol;

import io.busbar.hub.Disconnect;
import io.busbar.hub.Framing;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.channel.ChannelHandlerContext;
import io.netty.util.ReferenceCountUtil;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.net.NetSocket;

/**
 * A TCP transport for bytes: its receiver gets binary messages with arbitrary boundaries. Owned by
 * the channel's event loop.
 */
public final class TcpTransport extends NetSocketTransport<Buffer> {
  /** Takes the socket over; its own methods deliver nothing any more. */
  public TcpTransport(NetSocket socket) {
    super(socket);
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
  public Framing framing() {
    return StreamFraming.INSTANCE;
  }

  @Override
  void writeClose(Disconnect why) {
    halfClose();
  }
}
