package io.busbar.protocol;

import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.util.ReferenceCountUtil;
import org.jspecify.annotations.Nullable;

/** Drops what comes after a frame that could not be read: Netty would look at each byte of it. */
final class IgnoredBytes extends ChannelInboundHandlerAdapter {
  private IgnoredBytes() {}

  /** Will stand before the decoder from now on; null where the channel has ended. */
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
