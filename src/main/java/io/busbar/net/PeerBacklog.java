package io.busbar.net;

import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPromise;
import io.netty.handler.ssl.SslHandler;
import java.lang.System.Logger.Level;

/**
 * The limit on data that waits for a node which does not read, such as a frozen one. Vert.x's bus
 * has no limit, and its ping closes the connection only after everything was written. When the
 * buffer is full, this handler drops messages until half of it has been read. Vert.x writes each
 * message at once. This handler does not tell Vert.x that the buffer is full, because Vert.x would
 * keep the messages itself. Owned by the connection's event loop.
 */
final class PeerBacklog extends ChannelDuplexHandler {
  private static final System.Logger LOG = System.getLogger("io.busbar.cluster");
  private static final String NAME = "busbar-backlog";

  private long dropped;

  /** Moves the handler to the place where messages are complete and not yet encrypted. */
  @Override
  public void channelActive(ChannelHandlerContext context) {
    ChannelHandlerContext tls = context.pipeline().context(SslHandler.class);
    if (tls != null && context.name().equals(NAME)) {
      context.pipeline().addAfter(tls.name(), NAME + "-tls", new PeerBacklog());
      context.pipeline().remove(this);
    }
    context.fireChannelActive();
  }

  /** Adds the handler before all others, to a connection that is not open yet. */
  static void watch(Channel connection) {
    connection.pipeline().addFirst(NAME, new PeerBacklog());
  }

  @Override
  public void write(ChannelHandlerContext context, Object message, ChannelPromise promise) {
    boolean full = !context.channel().isWritable() && context.channel().isActive();
    if (full && message instanceof ByteBuf bytes && bytes.isReadable()) {
      bytes.release();
      dropped++;
      promise.trySuccess();
    } else {
      context.write(message, promise);
    }
  }

  @Override
  public void channelWritabilityChanged(ChannelHandlerContext context) {
    if (!context.channel().isWritable()) {
      LOG.log(
          Level.WARNING,
          "the node at {0} does not take what it is sent: messages are dropped",
          context.channel().remoteAddress());
    } else if (dropped > 0) {
      LOG.log(
          Level.WARNING,
          "the node at {0} takes what it is sent again; {1} messages were dropped",
          context.channel().remoteAddress(),
          Long.toString(dropped));
      dropped = 0;
    }
  }
}
