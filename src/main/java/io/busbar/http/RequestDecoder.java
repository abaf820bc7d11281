package io.busbar.http;

import io.busbar.hub.InboundBudget;
import io.busbar.hub.InboundBudget.Reason;
import io.busbar.hub.PartialInput;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.http.HttpMessage;
import io.netty.util.ReferenceCountUtil;
import io.vertx.core.http.Http1ServerConfig;
import io.vertx.core.http.impl.http1.VertxHttpRequestDecoder;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Vert.x's decoder of requests, which also counts what it holds of an incomplete head: unread bytes
 * and decoded headers. It holds no bodies. Owned by the connection's event loop.
 */
final class RequestDecoder extends VertxHttpRequestDecoder implements PartialInput.Holder {
  /** After the answer the rest is read for a moment; an immediate close would lose the answer. */
  private static final long MOMENT_MILLIS = 1_000;

  /** Bytes of memory that a header takes for each of its bytes in the request. */
  private static final int SPREAD = 4;

  private final InboundBudget inbound;
  private final String client;
  private ChannelHandlerContext context;
  private @Nullable PartialInput partialInput;
  private boolean inHead;
  private boolean asked;
  private int headBytes;

  /**
   * @param client address that incomplete heads count for
   */
  RequestDecoder(Http1ServerConfig config, InboundBudget inbound, String client) {
    super(config);
    this.inbound = inbound;
    this.client = client;
  }

  @Override
  public void handlerAdded(ChannelHandlerContext newContext) {
    context = newContext;
  }

  @Override
  public void channelRead(ChannelHandlerContext ctx, Object message) throws Exception {
    try {
      super.channelRead(ctx, message);
    } finally {
      int left = actualReadableBytes();
      if (left > 0 || inHead || partialInput != null) {
        count(left == 0 ? 0 : internalBuffer().capacity(), left);
      }
    }
  }

  private void count(int memory, int left) {
    if (isOver()) {
      return;
    }
    if (partialInput == null) {
      partialInput = inbound.of(client, context.channel().eventLoop(), this);
    }
    partialInput.holds(memory + SPREAD * headBytes, left + headBytes);
  }

  private boolean isOver() {
    return context.isRemoved() || !context.channel().isActive();
  }

  @Override
  protected void decode(ChannelHandlerContext ctx, ByteBuf buffer, List<Object> out)
      throws Exception {
    int before = buffer.readableBytes();
    super.decode(ctx, buffer, out);
    headBytes = inHead ? headBytes + before - buffer.readableBytes() : 0;
  }

  @Override
  protected HttpMessage createMessage(String[] initialLine) {
    inHead = true;
    return super.createMessage(initialLine);
  }

  /** Netty calls this when the last header has been read. */
  @Override
  protected boolean isContentAlwaysEmpty(HttpMessage message) {
    inHead = false;
    asked = true;
    return super.isContentAlwaysEmpty(message);
  }

  @Override
  protected HttpMessage createInvalidMessage() {
    inHead = false;
    asked = true;
    return super.createInvalidMessage();
  }

  @Override
  public void channelInactive(ChannelHandlerContext ctx) throws Exception {
    letGo();
    super.channelInactive(ctx);
  }

  @Override
  protected void handlerRemoved0(ChannelHandlerContext ctx) throws Exception {
    letGo();
    super.handlerRemoved0(ctx);
  }

  private void letGo() {
    if (partialInput != null) {
      partialInput.close();
      partialInput = null;
    }
  }

  /** After an earlier request its answer may be under way, so another answer is impossible. */
  @Override
  public void giveUp(Reason why) {
    Channel channel = context.channel();
    if (isOver()) {
      return;
    }
    if (asked) {
      channel.close();
      return;
    }
    context.writeAndFlush(ByteBufUtil.writeAscii(channel.alloc(), answer(why)));
    channel.eventLoop().schedule(() -> channel.close(), MOMENT_MILLIS, TimeUnit.MILLISECONDS);
    channel.pipeline().replace(this, null, new Unread());
  }

  private static String answer(Reason why) {
    String words = why.disconnect().reason() + "\n";
    String status =
        why.status() == 408
            ? "408 Request Timeout\r\n"
            : "503 Service Unavailable\r\nRetry-After: 10\r\n";
    return "HTTP/1.1 "
        + status
        + "Content-Type: text/plain\r\nContent-Length: "
        + words.length()
        + "\r\nConnection: close\r\n\r\n"
        + words;
  }

  /** Vert.x does not read while the request before is not answered. */
  @Override
  public boolean isHeldBack() {
    return !context.channel().config().isAutoRead();
  }

  /** The handler that replaces the decoder when nobody reads any more. Owned by the event loop. */
  private static final class Unread extends ChannelInboundHandlerAdapter {
    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
      ReferenceCountUtil.release(message);
    }
  }
}
