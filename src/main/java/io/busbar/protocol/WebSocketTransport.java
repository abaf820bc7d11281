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
 * A WebSocket as a place for ready-made frames. Takes the place of Vert.x's own handler on the
 * channel after the handshake: there is no public way to write one encoded frame to many sockets,
 * and what Vert.x keeps for a WebSocket is several times what an idle one needs. Netty's decoder
 * judges frames; here are messages, pings and the goodbye.
 */
public final class WebSocketTransport extends ChannelTransport<WebSocketFrame>
    implements PartialInput.Holder {
  private static final int NO_STATUS = 1005;
  private static final int CLOSE = 0x88;
  private static final int PING = 0x89;
  private static final int PONG = 0x8A;

  /** The reserved bit of a compressed message's first frame (RFC 7692, 6). */
  private static final int COMPRESSED = 4;

  private final @Nullable String subProtocol;
  private final Framing framing;
  private final WebSocketOptions options;
  private final @Nullable MessageInflater inflater;
  private final String client;
  private MessageAssembler assembler;
  private long silenceAllowed;
  private long lastHeard = System.currentTimeMillis();
  private boolean pinged;

  /** Null for a client whose messages always came whole. */
  private @Nullable PartialInput partialInput;

  /**
   * @param framing a {@link DeflatedFraming} where compression was agreed upon
   * @param inflater null where none was
   * @param client the address that what it sends is counted by
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

  /** What was agreed upon; null for none. */
  public @Nullable String subProtocol() {
    return subProtocol;
  }

  /** Will hand all that the client sends to the receiver; what came before waits for it. */
  public void receiver(Receiver newReceiver) {
    setReceiver(newReceiver);
    assembler = new MessageAssembler(options.maxMessageSize(), newReceiver, inflater);
    if (isGone()) {
      newReceiver.closed();
    } else {
      resume();
    }
  }

  /** The handshake is answered. */
  void opened() {
    // What is written is framed already, so that nothing has to encode it.
    context().pipeline().remove(WebSocketFrameEncoder.class);
    writeFrom(context().pipeline().context(WebSocketFrameDecoder.class));
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
   * After each read: what the decoder holds of a frame that is not whole.
   *
   * @param memory bytes of it
   * @param bytes of the frame that have come
   */
  void leftOver(int memory, int bytes) {
    int fragments = assembler.size();
    if (partialInput == null && memory + fragments > 0 && !isGone()) {
      partialInput = options.inbound().of(client, channel().eventLoop(), this);
    }
    if (partialInput != null && !isGone()) {
      partialInput.holds(memory + fragments, bytes + fragments);
    }
  }

  /** What still comes is the rest of that frame: nobody reads it. */
  @Override
  public void giveUp(Reason why) {
    if (isGone()) {
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
      // A client that pings and does not read is not written to for ever.
      control(PONG, frame.content());
    }
  }

  /** Answers with the same code after all that was said before, or has got the answer to ours. */
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
      failed(new Disconnect(corrupted.closeStatus().code(), cause.getMessage(), false));
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
   * Writes frames of ours that were framed for no socket in particular: compressed where that was
   * agreed upon.
   */
  public void writeFrames(byte[] frames) {
    write(
        framing instanceof DeflatedFraming deflated
            ? deflated.deflate(frames)
            : Unpooled.wrappedBuffer(frames));
  }

  @Override
  void release() {
    if (inflater != null) {
      options.inbound().windows().release(inflater.window());
    }
    if (partialInput != null) {
      partialInput.close();
    }
  }

  /** Where nothing more comes from the client, this is the last that is said. */
  @Override
  void sayGoodbye(Disconnect why) {
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
   * Writes a frame that is no message (RFC 6455, 5.5).
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
    long silence = nowMillis - lastHeard;
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
