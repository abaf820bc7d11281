package io.busbar.protocol;

import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.socket.DuplexChannel;
import io.netty.handler.ssl.SslHandler;

/**
 * The clean end of a connection: we end our direction, and read on until the client ends its own. A
 * socket that is closed with unread bytes takes back what it sent last.
 */
final class HalfClose {
  private HalfClose() {}

  /** Will end our direction after what was written. */
  static void of(ChannelHandlerContext context) {
    lastWord(context)
        .addListener(
            written -> {
              if (written.isSuccess() && context.channel() instanceof DuplexChannel duplex) {
                duplex.shutdownOutput();
              } else {
                context.channel().close();
              }
            });
  }

  /** What comes after the last bytes: over TLS a word that nobody cut them short. */
  private static ChannelFuture lastWord(ChannelHandlerContext context) {
    context.flush();
    SslHandler tls = context.pipeline().get(SslHandler.class);
    return tls == null ? context.writeAndFlush(context.alloc().buffer(0, 0)) : tls.closeOutbound();
  }
}
