package io.busbar.protocol;

import io.busbar.hub.Disconnect;
import io.busbar.hub.Framing;
import io.busbar.hub.Transport;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.http.websocketx.BinaryWebSocketFrame;
import io.netty.handler.codec.http.websocketx.CorruptedWebSocketFrameException;
import io.netty.handler.codec.http.websocketx.TextWebSocketFrame;
import io.netty.handler.codec.http.websocketx.extensions.WebSocketExtensionEncoder;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.ServerWebSocket;
import io.vertx.core.http.WebSocketFrame;
import io.vertx.core.net.impl.VertxHandler;
import java.util.concurrent.TimeUnit;

/**
 * A WebSocket as a place for ready-made frames. The one class that goes past Vert.x's public API:
 * bytes are written to the socket's channel as they are, and only while the channel is writable, so
 * that nothing of ours overtakes or piles up in Vert.x's own queue. Owned by the socket's loop.
 */
public final class WebSocketTransport implements Transport {
  private static final long CLOSE_GRACE_SECONDS = 5;

  private final ServerWebSocket socket;
  private final ChannelHandlerContext context;
  private final Channel channel;
  private final Framing framing;
  private final WebSocketOptions options;
  private final boolean compressed;
  private Runnable writableHandler = () -> {};
  private long silenceAllowed;
  private long lastHeard = System.currentTimeMillis();
  private boolean pinged;
  private boolean closing;

  WebSocketTransport(
      ServerWebSocket socket, Channel channel, Framing framing, WebSocketOptions options) {
    this.socket = socket;
    this.framing = framing;
    this.options = options;
    this.silenceAllowed = options.pingIntervalMillis();
    this.channel = channel;
    this.context = channel.pipeline().context(VertxHandler.class);
    this.compressed = context.pipeline().get(WebSocketExtensionEncoder.class) != null;
    context
        .pipeline()
        .addBefore(
            context.name(),
            "busbar-writable",
            new ChannelInboundHandlerAdapter() {
              @Override
              public void channelWritabilityChanged(ChannelHandlerContext ctx) {
                ctx.fireChannelWritabilityChanged();
                if (writable()) {
                  writableHandler.run();
                }
              }
            });
  }

  /** Will hand all that the client sends to the receiver. */
  public void receiver(Receiver receiver) {
    MessageAssembler assembler = new MessageAssembler(options.maxMessageSize(), receiver);
    socket.frameHandler(frame -> frame(assembler, frame));
    socket.pongHandler(pong -> heard());
    socket.exceptionHandler(this::failed);
    socket.closeHandler(
        closed -> {
          closing = true;
          receiver.closed();
        });
  }

  /** What was agreed upon; null for none. */
  public String subProtocol() {
    return socket.subProtocol();
  }

  private void frame(MessageAssembler assembler, WebSocketFrame frame) {
    heard();
    if (closing) {
      return;
    }
    try {
      if (frame.isText() || frame.isBinary()) {
        assembler.first(frame.isText(), frame.binaryData(), frame.isFinal());
      } else if (frame.isContinuation()) {
        assembler.continuation(frame.binaryData(), frame.isFinal());
      }
    } catch (ProtocolException e) {
      close(e.disconnect());
    }
  }

  private void failed(Throwable cause) {
    if (cause instanceof CorruptedWebSocketFrameException) {
      int code = ((CorruptedWebSocketFrameException) cause).closeStatus().code();
      close(new Disconnect(code, cause.getMessage(), false));
    }
  }

  private void heard() {
    lastHeard = System.currentTimeMillis();
    pinged = false;
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
  public void writableHandler(Runnable handler) {
    writableHandler = handler;
  }

  @Override
  public void write(ByteBuf framed) {
    if (closing) {
      framed.release();
    } else if (compressed) {
      writeFrames(framed);
    } else {
      context.write(framed, context.voidPromise());
    }
  }

  /** Takes our own frames apart again, for the pipeline to compress each. */
  private void writeFrames(ByteBuf framed) {
    while (framed.isReadable()) {
      boolean text = (framed.readByte() & 0xFF) == WebSocketFraming.FINAL_TEXT;
      int size = framed.readByte();
      if (size == 126) {
        size = framed.readUnsignedShort();
      } else if (size == 127) {
        size = Math.toIntExact(framed.readLong());
      }
      ByteBuf payload = framed.readRetainedSlice(size);
      context.write(text ? new TextWebSocketFrame(payload) : new BinaryWebSocketFrame(payload));
    }
    framed.release();
  }

  @Override
  public void flush() {
    context.flush();
  }

  @Override
  public void close(Disconnect why) {
    if (closing || socket.isClosed()) {
      return;
    }
    closing = true;
    socket.close((short) why.code(), shortened(why.reason()));
    // A client that does not read never gets the close frame, and Vert.x would wait for that.
    channel.eventLoop().schedule(() -> channel.close(), CLOSE_GRACE_SECONDS, TimeUnit.SECONDS);
  }

  /** A close reason has at most 123 bytes (RFC 6455, 5.5). */
  private static String shortened(String reason) {
    String ascii = reason.replaceAll("[^\\x20-\\x7E]", "?");
    return ascii.length() <= 123 ? ascii : ascii.substring(0, 120) + "...";
  }

  @Override
  public void pause() {
    socket.pause();
  }

  @Override
  public void resume() {
    socket.resume();
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
      socket.writePing(Buffer.buffer());
    } else if (silence > silenceAllowed + options.pongTimeoutMillis()) {
      close(Disconnect.IDLE);
    }
  }
}
