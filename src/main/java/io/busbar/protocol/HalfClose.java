package io.busbar.protocol;

import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.socket.DuplexChannel;
import io.netty.handler.ssl.SslHandler;

/**
 * The clean end of a connection: the gateway ends its direction, and reads until the client ends
 * its own. A socket that is closed with unread bytes discards the bytes sent last.
 */
final class HalfClose {
  private HalfClose() {}

  /** Will end the gateway's direction, after what was written. */
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

  /**
   * Writes the last bytes: over TLS the close notification, which shows that nothing was cut off.
   */
  private static ChannelFuture lastWord(ChannelHandlerContext context) {
    context.flush();
    SslHandler tls = context.pipeline().get(SslHandler.class);
    return tls == null ? context.writeAndFlush(context.alloc().buffer(0, 0)) : tls.closeOutbound();
  }
}
