package io.busbar.protocol;

import io.busbar.hub.Disconnect;
import io.busbar.hub.Framing;
import io.busbar.hub.InboundBudget.Reason;
import io.busbar.hub.PartialInput;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.DecoderException;
import io.netty.handler.codec.http.websocketx.BinaryWebSocketFrame;
import io.netty.handler.codec.http.websocketx.CloseWebSocketFrame;
import io.netty.handler.codec.http.websocketx.ContinuationWebSocketFrame;
import io.netty.handler.codec.http.websocketx.CorruptedWebSocketFrameException;
import io.netty.handler.codec.http.websocketx.PingWebSocketFrame;
import io.netty.handler.codec.http.websocketx.TextWebSocketFrame;
import io.netty.handler.codec.http.websocketx.WebSocketFrame;
import io.netty.handler.codec.http.websocketx.WebSocketFrameDecoder;
import io.netty.handler.codec.http.websocketx.WebSocketFrameEncoder;
import io.netty.util.ReferenceCountUtil;
import io.vertx.core.net.impl.ConnectionBase;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * A WebSocket transport that writes ready frames. It replaces Vert.x's own handler on the channel
 * after the handshake. Vert.x has no public way to write one encoded frame to many sockets, and
 * keeps much more memory for an idle one. Netty's decoder checks frames; this class has messages,
 * pings and the close. Owned by the channel's event loop.
 */
public final class WebSocketTransport extends ChannelTransport<WebSocketFrame>
    implements PartialInput.Holder {
  private static final int NO_STATUS = 1005;
  private static final int CLOSE = 0x88;
  private static final int PING = 0x89;
  private static final int PONG = 0x8A;

  /** The reserved bit in the first frame of a compressed message (RFC 7692, 6). */
  private static final int COMPRESSED = 4;

  private final @Nullable String subProtocol;
  private final Framing framing;
  private final WebSocketOptions options;
  private final @Nullable MessageInflater inflater;
  private final String client;
  private MessageAssembler assembler;
  private long silenceAllowed;
  private long lastReceived = System.currentTimeMillis();
  private boolean pinged;

  /** Null for a client whose messages always came complete in one read. */
  private @Nullable PartialInput partialInput;

  /**
   * @param framing a {@link DeflatedFraming} where compression was agreed
   * @param inflater null without compression
   * @param client address that the client's incomplete input counts for
   */
  WebSocketTransport(
      ConnectionBase connection,
      @Nullable String subProtocol,
      Framing framing,
      WebSocketOptions options,
      @Nullable MessageInflater inflater,
      String client) {
    super(connection.context().unwrap(), connection.channel(), true);
    this.client = client;
    this.subProtocol = subProtocol;
    this.framing = framing;
    this.options = options;
    this.inflater = inflater;
    this.assembler = new MessageAssembler(options.maxMessageSize(), receiver(), inflater);
    this.silenceAllowed = options.pingIntervalMillis();
  }

  /** Returns the agreed sub-protocol; null for none. */
  public @Nullable String subProtocol() {
    return subProtocol;
  }

  /** Will give all messages of the client to the receiver; earlier ones have waited for it. */
  public void receiver(Receiver newReceiver) {
    setReceiver(newReceiver);
    assembler = new MessageAssembler(options.maxMessageSize(), newReceiver, inflater);
    if (isEnded()) {
      newReceiver.closed();
    } else {
      resume();
    }
  }

  /** Completes the upgrade after the answer to the handshake. */
  void opened() {
    // Written bytes are frames already, so no encoder is needed.
    context().pipeline().remove(WebSocketFrameEncoder.class);
    writeFrom(context().pipeline().context(WebSocketFrameDecoder.class));
  }

  @Override
  public void channelRead(ChannelHandlerContext ctx, Object message) {
    if (!(message instanceof WebSocketFrame)) {
      ReferenceCountUtil.release(message);
      return;
    }
    lastReceived = System.currentTimeMillis();
    pinged = false;
    arrived((WebSocketFrame) message);
  }

  @Override
  void take(WebSocketFrame frame) {
    try {
      if (frame instanceof CloseWebSocketFrame close) {
        closeAsAsked(close);
      } else if (!isClosing() && !isEnding()) {
        receive(frame);
      }
    } catch (ProtocolException e) {
      endWhenAnswered(e.disconnect());
    } finally {
      frame.release();
    }
  }

  /**
   * Reports, after each read, what the decoder holds of an incomplete frame.
   *
   * @param memory held memory in bytes
   * @param bytes number of received bytes of the frame
   */
  void leftOver(int memory, int bytes) {
    int fragments = assembler.size();
    if (partialInput == null && memory + fragments > 0 && !isDisconnected()) {
      partialInput = options.inbound().of(client, channel().eventLoop(), this);
    }
    if (partialInput != null && !isDisconnected()) {
      partialInput.holds(memory + fragments, bytes + fragments);
    }
  }

  /** Later input is the rest of that frame, which nobody reads. */
  @Override
  public void giveUp(Reason why) {
    if (isDisconnected()) {
      return;
    }
    assembler.drop();
    writeFrom(context());
    context().pipeline().remove(FrameDecoder.class);
    endNow(why.disconnect());
  }

  @Override
  public boolean isHeldBack() {
    return !channel().config().isAutoRead();
  }

  @Override
  void discard(WebSocketFrame frame) {
    frame.release();
  }

  private void receive(WebSocketFrame frame) {
    boolean text = frame instanceof TextWebSocketFrame;
    boolean first = text || frame instanceof BinaryWebSocketFrame;
    boolean compressed = first && inflater != null && frame.rsv() == COMPRESSED;
    if (frame.rsv() != 0 && !compressed) {
      throw new ProtocolException(Disconnect.PROTOCOL_ERROR, "a reserved bit of a frame is set");
    }
    if (first) {
      assembler.first(
          text, compressed, ByteBufUtil.getBytes(frame.content()), frame.isFinalFragment());
    } else if (frame instanceof ContinuationWebSocketFrame) {
      assembler.continuation(ByteBufUtil.getBytes(frame.content()), frame.isFinalFragment());
    } else if (frame instanceof PingWebSocketFrame && writable()) {
      // A client that pings and does not read gets no more pongs.
      control(PONG, frame.content());
    }
  }

  /**
   * Answers with the same code after all earlier messages, or ends after the answer to the
   * gateway's close.
   */
  private void closeAsAsked(CloseWebSocketFrame frame) {
    if (isClosing()) {
      halfClose();
    } else {
      int code = frame.statusCode() == -1 ? NO_STATUS : frame.statusCode();
      endWhenAnswered(new Disconnect(code, "", false));
    }
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
    if (!(cause instanceof DecoderException)) {
      giveUp(cause);
      return;
    }
    IgnoredBytes.before(context().pipeline().context(WebSocketFrameDecoder.class));
    if (isClosing()) {
      halfClose();
    } else if (cause instanceof CorruptedWebSocketFrameException corrupted) {
      failed(
          new Disconnect(
              corrupted.closeStatus().code(), String.valueOf(cause.getMessage()), false));
    } else {
      failed(Disconnect.PROTOCOL_ERROR);
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

  /**
   * Writes frames that the gateway has made for no socket in particular, compressed where that was
   * agreed.
   */
  public void writeFrames(byte[] frames) {
    write(
        framing instanceof DeflatedFraming deflated
            ? deflated.deflate(frames)
            : Unpooled.wrappedBuffer(frames));
  }

  @Override
  void release() {
    WebSocketOptions.Deflation deflation = options.deflation();
    if (inflater != null && deflation != null) {
      deflation.windows().release(inflater.window());
    }
    if (partialInput != null) {
      partialInput.close();
    }
  }

  /** Where nothing more comes from the client, this is the last frame. */
  @Override
  void writeClose(Disconnect why) {
    ByteBuf payload = Unpooled.buffer();
    if (why.code() != NO_STATUS) {
      payload.writeShort(why.code());
      payload.writeCharSequence(shortened(why.reason()), StandardCharsets.US_ASCII);
    }
    control(CLOSE, payload);
    if (isEnding()) {
      halfClose();
    }
  }

  /**
   * Writes a control frame (RFC 6455, 5.5).
   *
   * @param payload at most 125 bytes
   */
  private void control(int firstByte, ByteBuf payload) {
    ByteBuf frame =
        context().alloc().buffer(WebSocketFraming.MOST_HEADER + payload.readableBytes());
    WebSocketFraming.header(frame, firstByte, payload.readableBytes());
    context()
        .writeAndFlush(frame.writeBytes(payload, payload.readerIndex(), payload.readableBytes()));
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
    long silence = nowMillis - lastReceived;
    if (isClosing() || silence < silenceAllowed) {
      return;
    }
    if (!pinged) {
      pinged = true;
      control(PING, Unpooled.EMPTY_BUFFER);
    } else if (silence > silenceAllowed + options.pongTimeoutMillis()) {
      close(Disconnect.IDLE);
    }
  }
}
