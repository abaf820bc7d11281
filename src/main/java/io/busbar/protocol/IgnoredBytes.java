package io.busbar.protocol;

import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.util.ReferenceCountUtil;
import org.jspecify.annotations.Nullable;

/**
 * A handler that drops all bytes after a frame that could not be decoded; Netty would look at each
 * of them. Owned by the channel's event loop.
 */
final class IgnoredBytes extends ChannelInboundHandlerAdapter {
  private IgnoredBytes() {}

  /**
   * Adds the handler before the decoder.
   *
   * @param decoder null where the channel has ended
   */
  static void before(@Nullable ChannelHandlerContext decoder) {
    if (decoder != null && decoder.pipeline().get(IgnoredBytes.class) == null) {
      decoder.pipeline().addBefore(decoder.name(), "busbar-ignored", new IgnoredBytes());
    }
  }

  @Override
  public void channelRead(ChannelHandlerContext context, Object bytes) {
    ReferenceCountUtil.release(bytes);
  }
}
