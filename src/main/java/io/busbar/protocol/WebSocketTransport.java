package io.busbar.protocol;

import io.busbar.hub.Disconnect;
import io.busbar.hub.Framing;
import io.busbar.hub.Transport;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.DecoderException;
import io.netty.handler.codec.compression.DecompressionException;
import io.netty.handler.codec.http.websocketx.BinaryWebSocketFrame;
import io.netty.handler.codec.http.websocketx.CloseWebSocketFrame;
import io.netty.handler.codec.http.websocketx.ContinuationWebSocketFrame;
import io.netty.handler.codec.http.websocketx.CorruptedWebSocketFrameException;
import io.netty.handler.codec.http.websocketx.PingWebSocketFrame;
import io.netty.handler.codec.http.websocketx.PongWebSocketFrame;
import io.netty.handler.codec.http.websocketx.TextWebSocketFrame;
import io.netty.handler.codec.http.websocketx.WebSocketFrame;
import io.netty.handler.codec.http.websocketx.extensions.WebSocketExtensionEncoder;
import io.netty.util.ReferenceCountUtil;
import io.vertx.core.internal.ContextInternal;
import java.net.InetSocketAddress;
import java.util.ArrayDeque;
import java.util.concurrent.TimeUnit;

/**
 * A WebSocket as a place for ready-made frames. Takes the place of Vert.x's own handler on the
 * channel after the handshake: there is no public way to write one encoded frame to many sockets,
 * and what Vert.x keeps for a WebSocket is several times what an idle one needs. Netty's decoder
 * judges frames; here are messages, pings and the goodbye. Owned by the channel's event loop.
 */
public final class WebSocketTransport extends ChannelInboundHandlerAdapter implements Transport {
  private static final long CLOSE_GRACE_SECONDS = 5;
  private static final int NO_STATUS = 1005;

  private final ContextInternal context;
  private final String subProtocol;
  private final Framing framing;
  private final WebSocketOptions options;
  private ChannelHandlerContext handler;
  private Channel channel;
  private Receiver receiver;
  private MessageAssembler assembler;
  private Runnable writableHandler = () -> {};
  private ArrayDeque<WebSocketFrame> held;
  private long silenceAllowed;
  private long lastHeard = System.currentTimeMillis();
  private boolean compressed;
  private boolean paused = true;
  private boolean pinged;
  private boolean closing;
  private boolean gone;

  WebSocketTransport(
      ContextInternal context, String subProtocol, Framing framing, WebSocketOptions options) {
    this.context = context;
    this.subProtocol = subProtocol;
    this.framing = framing;
    this.options = options;
    this.silenceAllowed = options.pingIntervalMillis();
  }

  /** What was agreed upon; null for none. */
  public String subProtocol() {
    return subProtocol;
  }

  /** Will hand all that the client sends to the receiver; what came before waits for it. */
  public void receiver(Receiver newReceiver) {
    receiver = newReceiver;
    assembler = new MessageAssembler(options.maxMessageSize(), newReceiver);
    if (gone) {
      receiver.closed();
    } else {
      resume();
    }
  }

  @Override
  public void handlerAdded(ChannelHandlerContext newHandler) {
    handler = newHandler;
    channel = newHandler.channel();
  }

  /** The handshake is answered: an extension that was agreed upon is in place. */
  void opened() {
    compressed = handler.pipeline().get(WebSocketExtensionEncoder.class) != null;
  }

  @Override
  public void channelRead(ChannelHandlerContext ctx, Object message) {
    if (!(message instanceof WebSocketFrame)) {
      ReferenceCountUtil.release(message);
      return;
    }
    lastHeard = System.currentTimeMillis();
    pinged = false;
    if (paused || held != null) {
      held = held == null ? new ArrayDeque<>() : held;
      held.add((WebSocketFrame) message);
    } else {
      context.dispatch((WebSocketFrame) message, this::take);
    }
  }

  private void take(WebSocketFrame frame) {
    try {
      if (frame instanceof CloseWebSocketFrame) {
        closeAsAsked((CloseWebSocketFrame) frame);
      } else if (!closing) {
        receive(frame);
      }
    } catch (ProtocolException e) {
      close(e.disconnect());
    } finally {
      frame.release();
    }
  }

  private void receive(WebSocketFrame frame) {
    if (frame.rsv() != 0) {
      // A compressed frame has its bit no more where compression was agreed upon (RFC 7692, 6).
      throw new ProtocolException(Disconnect.PROTOCOL_ERROR, "a reserved bit of a frame is set");
    }
    boolean text = frame instanceof TextWebSocketFrame;
    if (text || frame instanceof BinaryWebSocketFrame) {
      assembler.first(text, ByteBufUtil.getBytes(frame.content()), frame.isFinalFragment());
    } else if (frame instanceof ContinuationWebSocketFrame) {
      assembler.continuation(ByteBufUtil.getBytes(frame.content()), frame.isFinalFragment());
    } else if (frame instanceof PingWebSocketFrame && writable()) {
      // A client that pings and does not read is not written to for ever.
      handler.writeAndFlush(new PongWebSocketFrame(frame.content().retain()));
    }
  }

  private void closeAsAsked(CloseWebSocketFrame frame) {
    if (closing) {
      channel.close();
      return;
    }
    closing = true;
    int code = frame.statusCode() == -1 ? NO_STATUS : frame.statusCode();
    CloseWebSocketFrame answer =
        code == NO_STATUS ? new CloseWebSocketFrame() : new CloseWebSocketFrame(code, "");
    handler.writeAndFlush(answer).addListener(answered -> channel.close());
    closeLater();
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
    if (!channel.isActive()) {
      // An inflater that had failed fails again at the end, and the end goes no further than to it.
      channelInactive(ctx);
    } else if (cause instanceof CorruptedWebSocketFrameException) {
      int code = ((CorruptedWebSocketFrameException) cause).closeStatus().code();
      close(new Disconnect(code, cause.getMessage(), false));
    } else if (cause instanceof DecoderException) {
      boolean full = cause instanceof DecompressionException && cause.getCause() == null;
      close(full ? Disconnect.TOO_BIG : Disconnect.PROTOCOL_ERROR);
    } else {
      channel.close();
    }
  }

  @Override
  public void channelInactive(ChannelHandlerContext ctx) {
    if (gone) {
      return;
    }
    gone = true;
    closing = true;
    if (held != null) {
      held.forEach(WebSocketFrame::release);
      held = null;
    }
    if (receiver != null) {
      context.dispatch(receiver, Receiver::closed);
    }
  }

  @Override
  public void channelWritabilityChanged(ChannelHandlerContext ctx) {
    if (writable()) {
      writableHandler.run();
    }
  }

  @Override
  public String remoteAddress() {
    return channel.remoteAddress() instanceof InetSocketAddress peer
        ? peer.getAddress().getHostAddress()
        : "";
  }

  @Override
  public Framing framing() {
    return framing;
  }

  @Override
  public boolean writable() {
    return channel.isWritable() && !closing;
  }

  @Override
  public void writableHandler(Runnable newHandler) {
    writableHandler = newHandler;
  }

  @Override
  public void write(ByteBuf framed) {
    if (closing) {
      framed.release();
    } else if (compressed) {
      writeFrames(framed);
    } else {
      handler.write(framed, handler.voidPromise());
    }
  }

  /** Takes our own frames apart again, for the pipeline to compress each. */
  private void writeFrames(ByteBuf framed) {
    while (framed.isReadable()) {
      boolean text = (framed.readByte() & 0xFF) == WebSocketFraming.FINAL_TEXT;
      int length = framed.readByte();
      long size =
          switch (length) {
            case 126 -> framed.readUnsignedShort();
            case 127 -> framed.readLong();
            default -> length;
          };
      ByteBuf payload = framed.readRetainedSlice(Math.toIntExact(size));
      handler.write(text ? new TextWebSocketFrame(payload) : new BinaryWebSocketFrame(payload));
    }
    framed.release();
  }

  @Override
  public void flush() {
    handler.flush();
  }

  @Override
  public void close(Disconnect why) {
    if (closing) {
      return;
    }
    closing = true;
    handler.writeAndFlush(new CloseWebSocketFrame(why.code(), shortened(why.reason())));
    closeLater();
    // The client's own goodbye may be behind messages that nobody takes any more.
    resume();
  }

  /** A client that does not read never answers the close frame. */
  private void closeLater() {
    channel.eventLoop().schedule(() -> channel.close(), CLOSE_GRACE_SECONDS, TimeUnit.SECONDS);
  }

  /** A close reason has at most 123 bytes (RFC 6455, 5.5). */
  private static String shortened(String reason) {
    String ascii = reason.replaceAll("[^\\x20-\\x7E]", "?");
    return ascii.length() <= 123 ? ascii : ascii.substring(0, 120) + "...";
  }

  @Override
  public void pause() {
    paused = true;
    channel.config().setAutoRead(false);
  }

  @Override
  public void resume() {
    if (!paused || gone) {
      return;
    }
    paused = false;
    while (held != null && !paused) {
      WebSocketFrame next = held.poll();
      if (next == null) {
        held = null;
      } else {
        context.dispatch(next, this::take);
      }
    }
    if (!paused) {
      channel.config().setAutoRead(true);
    }
  }

  @Override
  public void expectLifeEvery(long millis) {
    silenceAllowed = Math.min(millis, options.pingIntervalMillis());
  }

  @Override
  public void tick(long nowMillis) {
    long silence = nowMillis - lastHeard;
    if (closing || silence < silenceAllowed) {
      return;
    }
    if (!pinged) {
      pinged = true;
      handler.writeAndFlush(new PingWebSocketFrame());
    } else if (silence > silenceAllowed + options.pongTimeoutMillis()) {
      close(Disconnect.IDLE);
    }
  }
}
