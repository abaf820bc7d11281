package io.busbar.protocol;

import io.busbar.hub.Disconnect;
import io.busbar.hub.Framing;
import io.busbar.hub.HalfSent;
import io.busbar.hub.InboundBudget.Reason;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPipeline;
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
import io.netty.handler.codec.http.websocketx.WebSocketFrameDecoder;
import io.netty.handler.codec.http.websocketx.extensions.WebSocketExtensionEncoder;
import io.netty.util.ReferenceCountUtil;
import io.vertx.core.net.impl.ConnectionBase;
import java.net.InetSocketAddress;

/**
 * A WebSocket as a place for ready-made frames. Takes the place of Vert.x's own handler on the
 * channel after the handshake: there is no public way to write one encoded frame to many sockets,
 * and what Vert.x keeps for a WebSocket is several times what an idle one needs. Netty's decoder
 * judges frames; here are messages, pings and the goodbye.
 */
public final class WebSocketTransport extends ChannelTransport<WebSocketFrame>
    implements HalfSent.Holder {
  private static final int NO_STATUS = 1005;

  private final String subProtocol;
  private final Framing framing;
  private final WebSocketOptions options;
  private final String client;
  private MessageAssembler assembler;
  private long silenceAllowed;
  private long lastHeard = System.currentTimeMillis();
  private boolean compressed;
  private boolean pinged;

  /** Null for a client whose messages always came whole. */
  private HalfSent halfSent;

  /**
   * @param client the address that what it sends is counted by
   */
  WebSocketTransport(
      ConnectionBase connection,
      String subProtocol,
      Framing framing,
      WebSocketOptions options,
      String client) {
    super(connection.context().unwrap(), connection.channel(), true);
    this.client = client;
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
    setReceiver(newReceiver);
    assembler = new MessageAssembler(options.maxMessageSize(), newReceiver);
    if (isGone()) {
      newReceiver.closed();
    } else {
      resume();
    }
  }

  /** The handshake is answered: an extension that was agreed upon is in place. */
  void opened() {
    ChannelPipeline pipeline = context().pipeline();
    compressed = pipeline.get(WebSocketExtensionEncoder.class) != null;
    // What is framed already needs no encoder.
    writeFrom(pipeline.context(WebSocketFrameDecoder.class));
  }

  @Override
  public void channelRead(ChannelHandlerContext ctx, Object message) {
    if (!(message instanceof WebSocketFrame)) {
      ReferenceCountUtil.release(message);
      return;
    }
    lastHeard = System.currentTimeMillis();
    pinged = false;
    arrived((WebSocketFrame) message);
  }

  @Override
  void take(WebSocketFrame frame) {
    try {
      if (frame instanceof CloseWebSocketFrame) {
        closeAsAsked((CloseWebSocketFrame) frame);
      } else if (!isClosing()) {
        receive(frame);
      }
    } catch (ProtocolException e) {
      close(e.disconnect());
    } finally {
      frame.release();
    }
  }

  /**
   * After each read: what the decoder holds of a frame that is not whole.
   *
   * @param memory bytes of it
   * @param bytes of the frame that have come
   */
  void leftOver(int memory, int bytes) {
    int fragments = assembler == null ? 0 : assembler.size();
    if (halfSent == null && memory + fragments > 0 && !isGone()) {
      halfSent = options.inbound().of(client, channel().eventLoop(), this);
    }
    if (halfSent != null && !isGone()) {
      halfSent.holds(memory + fragments, bytes + fragments);
    }
  }

  /** What still comes is the rest of that frame: nobody reads it. */
  @Override
  public void giveUp(Reason why) {
    if (isGone()) {
      return;
    }
    if (assembler != null) {
      assembler.drop();
    }
    writeFrom(context());
    context().pipeline().remove(FrameDecoder.class);
    close(why.disconnect());
  }

  @Override
  public boolean isHeldBack() {
    return !channel().config().isAutoRead();
  }

  @Override
  void ended() {
    if (halfSent != null) {
      halfSent.close();
    }
  }

  @Override
  void discard(WebSocketFrame frame) {
    frame.release();
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
      context().writeAndFlush(new PongWebSocketFrame(frame.content().retain()));
    }
  }

  private void closeAsAsked(CloseWebSocketFrame frame) {
    if (isClosing()) {
      channel().close();
      return;
    }
    beginToClose();
    int code = frame.statusCode() == -1 ? NO_STATUS : frame.statusCode();
    CloseWebSocketFrame answer =
        code == NO_STATUS ? new CloseWebSocketFrame() : new CloseWebSocketFrame(code, "");
    context().writeAndFlush(answer).addListener(answered -> channel().close());
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
    if (!channel().isActive()) {
      // An inflater that had failed fails again at the end, and the end goes no further than to it.
      channelInactive(ctx);
    } else if (cause instanceof CorruptedWebSocketFrameException) {
      int code = ((CorruptedWebSocketFrameException) cause).closeStatus().code();
      close(new Disconnect(code, cause.getMessage(), false));
    } else if (cause instanceof DecoderException) {
      boolean full = cause instanceof DecompressionException && cause.getCause() == null;
      close(full ? Disconnect.TOO_BIG : Disconnect.PROTOCOL_ERROR);
    } else {
      giveUp(cause);
    }
  }

  @Override
  public String remoteAddress() {
    return channel().remoteAddress() instanceof InetSocketAddress peer
        ? peer.getAddress().getHostAddress()
        : "";
  }

  @Override
  public Framing framing() {
    return framing;
  }

  @Override
  public void write(ByteBuf framed) {
    if (compressed && !isClosing()) {
      writeFrames(framed);
    } else {
      super.write(framed);
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
      context().write(text ? new TextWebSocketFrame(payload) : new BinaryWebSocketFrame(payload));
    }
    framed.release();
  }

  @Override
  void sayGoodbye(Disconnect why) {
    context().writeAndFlush(new CloseWebSocketFrame(why.code(), shortened(why.reason())));
  }

  /** A close reason has at most 123 bytes (RFC 6455, 5.5). */
  private static String shortened(String reason) {
    String ascii = reason.replaceAll("[^\\x20-\\x7E]", "?");
    return ascii.length() <= 123 ? ascii : ascii.substring(0, 120) + "...";
  }

  @Override
  public void expectLifeEvery(long millis) {
    silenceAllowed = Math.min(millis, options.pingIntervalMillis());
  }

  @Override
  public void tick(long nowMillis) {
    long silence = nowMillis - lastHeard;
    if (isClosing() || silence < silenceAllowed) {
      return;
    }
    if (!pinged) {
      pinged = true;
      context().writeAndFlush(new PingWebSocketFrame());
    } else if (silence > silenceAllowed + options.pongTimeoutMillis()) {
      close(Disconnect.IDLE);
    }
  }
}
