package io.busbar.protocol;

import io.netty.channel.ChannelPipeline;
import io.netty.handler.codec.compression.ZlibCodecFactory;
import io.netty.handler.codec.http.websocketx.extensions.WebSocketServerExtensionHandler;
import io.netty.handler.codec.http.websocketx.extensions.compression.PerMessageDeflateServerExtensionHandshaker;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.net.impl.ConnectionBase;
import io.vertx.core.net.impl.VertxHandler;

/**
 * Agrees upon permessage-deflate (RFC 7692) with those who offer it. Vert.x would, too, but
 * inflates what a client sends without a bound.
 */
public final class WebSocketCompression {
  private static final int LEVEL = 6;

  /** The inflater fails when its buffer is full, though the message ended there. */
  private static final int SLACK = 1024;

  private WebSocketCompression() {}

  /**
   * Will judge the handshakes on this connection.
   *
   * @param maxMessageSize bytes of the largest message, inflated, that any endpoint takes
   */
  public static void offer(HttpConnection connection, int maxMessageSize) {
    if (!(connection instanceof ConnectionBase)) {
      return;
    }
    ChannelPipeline pipeline = ((ConnectionBase) connection).channel().pipeline();
    pipeline.addBefore(
        pipeline.context(VertxHandler.class).name(),
        "busbar-deflate",
        new WebSocketServerExtensionHandler(
            new PerMessageDeflateServerExtensionHandshaker(
                LEVEL,
                ZlibCodecFactory.isSupportingWindowSizeAndMemLevel(),
                PerMessageDeflateServerExtensionHandshaker.MAX_WINDOW_SIZE,
                false,
                false,
                maxMessageSize + SLACK)));
  }
}
