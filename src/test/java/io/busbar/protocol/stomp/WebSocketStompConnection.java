package io.busbar.protocol.stomp;

import io.busbar.TestGateway;
import io.netty.channel.Channel;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.WebSocket;
import io.vertx.core.http.WebSocketClient;
import io.vertx.core.http.WebSocketClientOptions;
import io.vertx.core.http.WebSocketConnectOptions;
import io.vertx.core.internal.http.WebSocketInternal;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;

/**
 * A connection over a WebSocket. It sends text messages for UTF-8, and binary messages otherwise.
 */
final class WebSocketStompConnection implements StompConnection {
  // Vert.x closes the sockets of a client that only a local variable holds.
  private static final Vertx VERTX = Vertx.vertx();
  private static final WebSocketClient CLIENT = VERTX.createWebSocketClient(clientOptions());
  private static final WebSocketClient COMPRESSING =
      VERTX.createWebSocketClient(clientOptions().setTryUsePerMessageCompression(true));

  private final WebSocket socket;
  private final BlockingQueue<Boolean> kinds = new LinkedBlockingQueue<>();

  private WebSocketStompConnection(WebSocket socket) {
    this.socket = socket;
  }

  static WebSocketStompConnection connect(int port, String path, String... subProtocols) {
    return connect("127.0.0.1", port, path, subProtocols);
  }

  private static WebSocketClientOptions clientOptions() {
    return new WebSocketClientOptions()
        .setMaxConnections(10_000)
        .setMaxFrameSize(1 << 20)
        .setMaxMessageSize(1 << 20);
  }

  /** Connects with permessage-deflate. */
  static WebSocketStompConnection compressed(int port, String path, String... subProtocols) {
    WebSocketStompConnection connection =
        connect(COMPRESSING, "127.0.0.1", port, path, subProtocols);
    if (!connection.socket.headers().contains("Sec-WebSocket-Extensions")) {
      throw new IllegalStateException("it is not agreed upon");
    }
    return connection;
  }

  static WebSocketStompConnection connect(
      String host, int port, String path, String... subProtocols) {
    return connect(CLIENT, host, port, path, subProtocols);
  }

  private static WebSocketStompConnection connect(
      WebSocketClient client, String host, int port, String path, String... subProtocols) {
    WebSocketConnectOptions options =
        new WebSocketConnectOptions()
            .setHost(host)
            .setPort(port)
            .setURI(path)
            .setSubProtocols(List.of(subProtocols));
    return new WebSocketStompConnection(
        TestGateway.await(
            client
                .connect(options)
                .map(
                    socket -> {
                      socket.pause();
                      return socket;
                    })));
  }

  String subProtocol() {
    return socket.subProtocol();
  }

  /** Returns for each received message whether it was binary. */
  BlockingQueue<Boolean> kinds() {
    return kinds;
  }

  @Override
  public void listen(BytesHandler listener) {
    socket.frameHandler(
        frame -> {
          if (!frame.isClose()) {
            kinds.add(frame.isBinary());
            listener.received(frame.binaryData().getBytes());
          }
        });
    socket.exceptionHandler(reset -> {});
    socket.closeHandler(
        closed ->
            listener.closed(
                socket.closeStatusCode() == null ? 1006 : (int) socket.closeStatusCode()));
    socket.resume();
  }

  @Override
  public void send(byte[] bytes) {
    Buffer buffer = Buffer.buffer(bytes);
    if (java.util.Arrays.equals(
        buffer.toString().getBytes(java.nio.charset.StandardCharsets.UTF_8), bytes)) {
      socket.writeTextMessage(buffer.toString());
    } else {
      socket.writeBinaryMessage(buffer);
    }
  }

  private Channel channel() {
    return ((WebSocketInternal) socket).channelHandlerContext().channel();
  }

  @Override
  public void stopReading() {
    channel().config().setAutoRead(false);
  }

  @Override
  public void readAgain() {
    channel().config().setAutoRead(true);
  }

  @Override
  public void die() {
    StompConnection.reset(channel());
  }

  @Override
  public void close() {
    socket.close();
  }
}
