package io.busbar.protocol;

import io.busbar.hub.Disconnect;
import io.busbar.hub.Framing;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.channel.ChannelHandlerContext;
import io.netty.util.ReferenceCountUtil;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.net.NetSocket;

/** A TCP connection as a place for bytes: its receiver hears binary messages cut anywhere. */
public final class TcpTransport extends NetSocketTransport<Buffer> {
  /** Takes the socket over: nothing comes by its own methods any more. */
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
  void sayGoodbye(Disconnect why) {
    halfClose();
  }
}
