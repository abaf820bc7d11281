package io.busbar.protocol;

import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.http.websocketx.WebSocket13FrameDecoder;
import io.netty.handler.codec.http.websocketx.WebSocketDecoderConfig;
import io.netty.handler.codec.http.websocketx.WebSocketFrameDecoder;
import io.netty.handler.codec.http.websocketx.WebSocketServerHandshaker;
import io.netty.handler.codec.http.websocketx.WebSocketServerHandshaker13;

/**
 * Netty's decoder of WebSocket frames, which holds the bytes of a frame until the last one has
 * come. After each read it reports the held bytes to the transport. Owned by the channel's event
 * loop.
 */
final class FrameDecoder extends WebSocket13FrameDecoder {
  private final WebSocketTransport transport;

  private FrameDecoder(WebSocketDecoderConfig config, WebSocketTransport transport) {
    super(config);
    this.transport = transport;
  }

  /** Returns a handshaker for RFC 6455 that puts such a decoder into the pipeline. */
  static WebSocketServerHandshaker handshaker(
      String subProtocol, WebSocketDecoderConfig config, WebSocketTransport transport) {
    return new WebSocketServerHandshaker13(null, subProtocol, config) {
      @Override
      protected WebSocketFrameDecoder newWebsocketDecoder() {
        return new FrameDecoder(decoderConfig(), transport);
      }
    };
  }

  @Override
  public void channelRead(ChannelHandlerContext context, Object message) throws Exception {
    try {
      super.channelRead(context, message);
    } finally {
      int left = actualReadableBytes();
      transport.leftOver(left == 0 ? 0 : internalBuffer().capacity(), left);
    }
  }
}
