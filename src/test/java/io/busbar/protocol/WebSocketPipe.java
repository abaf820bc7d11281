package io.busbar.protocol;

import io.busbar.TestGateway;
import io.netty.channel.ChannelOption;
import io.vertx.core.Vertx;
import io.vertx.core.http.ClientWebSocket;
import io.vertx.core.http.WebSocket;
import io.vertx.core.http.WebSocketClient;
import io.vertx.core.http.WebSocketClientOptions;
import io.vertx.core.http.WebSocketConnectOptions;
import io.vertx.core.internal.http.WebSocketInternal;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/** A plain WebSocket. Used by the test's thread. */
public final class WebSocketPipe implements MessagePipe {
  /** Settings that compress everything possible. */
  public static final List<String> COMPRESSION =
      List.of("http.websocket.compression=true", "http.websocket.compression-threshold=0");

  // A client that only a local variable holds may be collected, which closes its sockets.
  private static final Vertx VERTX = Vertx.vertx();
  private static final WebSocketClient CLIENT = VERTX.createWebSocketClient(clientOptions());
  private static final WebSocketClient COMPRESSING =
      VERTX.createWebSocketClient(clientOptions().setTryUsePerMessageCompression(true));

  private final ClientWebSocket client;
  private final boolean compresses;
  private final WebSocketConnectOptions options;
  private final CompletableFuture<Integer> closeCode = new CompletableFuture<>();
  private WebSocket socket;

  private WebSocketPipe(WebSocketConnectOptions options, boolean compresses) {
    this.options = options;
    this.compresses = compresses;
    this.client = (compresses ? COMPRESSING : CLIENT).webSocket();
  }

  /** Connects when it gets its receiver, because early messages would be lost otherwise. */
  public static WebSocketPipe connect(int port, String path) {
    return new WebSocketPipe(
        new WebSocketConnectOptions().setHost("127.0.0.1").setPort(port).setURI(path), false);
  }

  /** Connects with Netty's permessage-deflate; fails where that is not agreed. */
  public static WebSocketPipe compressed(int port, String path) {
    return new WebSocketPipe(
        new WebSocketConnectOptions().setHost("127.0.0.1").setPort(port).setURI(path), true);
  }

  private static WebSocketClientOptions clientOptions() {
    return new WebSocketClientOptions()
        .setMaxConnections(10_000)
        .setMaxFrameSize(1 << 20)
        .setMaxMessageSize(1 << 20);
  }

  @Override
  public void receiver(Consumer<String> receiver) {
    client.textMessageHandler(receiver::accept);
    client.closeHandler(closed -> closeCode.complete((int) client.closeStatusCode()));
    socket = TestGateway.await(client.connect(options));
    String extensions = socket.headers().get("Sec-WebSocket-Extensions");
    if (compresses != "permessage-deflate; server_no_context_takeover".equals(extensions)) {
      throw new IllegalStateException("agreed upon: " + extensions);
    }
  }

  @Override
  public void send(String message) {
    socket.writeTextMessage(message);
  }

  @Override
  public void stopReading() {
    ((WebSocketInternal) socket).channelHandlerContext().channel().config().setAutoRead(false);
  }

  @Override
  public void readAgain() {
    ((WebSocketInternal) socket).channelHandlerContext().channel().config().setAutoRead(true);
  }

  @Override
  public void die() {
    io.netty.channel.Channel channel =
        ((WebSocketInternal) socket).channelHandlerContext().channel();
    channel.config().setOption(ChannelOption.SO_LINGER, 0);
    channel.close();
  }

  @Override
  public int closeCode() {
    return closeCode.orTimeout(20, TimeUnit.SECONDS).join();
  }

  @Override
  public void close() {
    socket.close();
  }
}
