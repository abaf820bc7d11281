package io.busbar.load;

import io.netty.channel.Channel;
import io.netty.channel.ChannelOption;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.WebSocket;
import io.vertx.core.http.WebSocketClient;
import io.vertx.core.http.WebSocketClientOptions;
import io.vertx.core.http.WebSocketConnectOptions;
import io.vertx.core.internal.http.WebSocketInternal;
import io.vertx.core.internal.net.NetSocketInternal;
import io.vertx.core.net.NetClient;
import io.vertx.core.net.NetSocket;
import java.util.concurrent.CompletableFuture;

/**
 * One client of many, of any protocol. It sends what a test wants, and counts the messages that it
 * gets. Any thread may use it once it is connected.
 */
public final class Peer {
  private static final int NO_CODE = 1006;
  // A static field, because a client that is garbage-collected closes its sockets.
  private static final Vertx VERTX = Vertx.vertx();
  private static final WebSocketClient WEB_SOCKETS =
      VERTX.createWebSocketClient(
          new WebSocketClientOptions()
              .setMaxConnections(50_000)
              .setMaxFrameSize(1 << 20)
              .setMaxMessageSize(1 << 20));
  private static final NetClient TCP = VERTX.createNetClient();

  private final LoadProtocol loadProtocol;
  private final Numbers numbers = new Numbers();
  private final CompletableFuture<Integer> closeCode = new CompletableFuture<>();
  private WebSocket webSocket;
  private NetSocket socket;

  private Peer(LoadProtocol loadProtocol) {
    this.loadProtocol = loadProtocol;
  }

  /** Will connect to this node. */
  public static Future<Peer> connect(LoadProtocol loadProtocol, int httpPort, int stompPort) {
    Peer peer = new Peer(loadProtocol);
    return loadProtocol.path() == null
        ? peer.overTcp(stompPort)
        : peer.overWebSocket(httpPort, loadProtocol.path());
  }

  /** Will connect to a service endpoint. */
  public static Future<Peer> connectTo(String path, int httpPort) {
    return new Peer(LoadProtocol.SERVICE).overWebSocket(httpPort, path);
  }

  private Future<Peer> overTcp(int port) {
    return TCP.connect(port, "127.0.0.1")
        .map(
            connected -> {
              socket = connected;
              socket.handler(bytes -> numbers.hear(bytes.getBytes()));
              socket.exceptionHandler(reset -> {});
              socket.closeHandler(closed -> closeCode.complete(NO_CODE));
              return greet();
            });
  }

  private Future<Peer> overWebSocket(int port, String path) {
    WebSocketConnectOptions options =
        new WebSocketConnectOptions().setHost("127.0.0.1").setPort(port).setURI(path);
    return WEB_SOCKETS
        .connect(options)
        .map(
            connected -> {
              webSocket = connected;
              webSocket.frameHandler(frame -> numbers.hear(frame.binaryData().getBytes()));
              webSocket.exceptionHandler(reset -> {});
              webSocket.closeHandler(closed -> closeCode.complete(code()));
              return greet();
            });
  }

  private int code() {
    return webSocket.closeStatusCode() == null ? NO_CODE : webSocket.closeStatusCode();
  }

  private Peer greet() {
    if (loadProtocol.hello() != null) {
      write(loadProtocol.hello());
    }
    return this;
  }

  private Future<Void> write(String text) {
    return socket == null ? webSocket.writeTextMessage(text) : socket.write(Buffer.buffer(text));
  }

  public LoadProtocol loadProtocol() {
    return loadProtocol;
  }

  public Future<Void> subscribe(String address) {
    return write(loadProtocol.subscribe(address));
  }

  public Future<Void> unsubscribe(String address) {
    return write(loadProtocol.unsubscribe(address));
  }

  /** Will publish the text. Completes when the socket has taken it. */
  public Future<Void> publish(String address, String text) {
    return write(loadProtocol.publish(address, text));
  }

  /** The numbers in the messages that it has received. */
  public Numbers received() {
    return numbers;
  }

  private Channel channel() {
    return socket == null
        ? ((WebSocketInternal) webSocket).channelHandlerContext().channel()
        : ((NetSocketInternal) socket).channelHandlerContext().channel();
  }

  public void stopReading() {
    channel().config().setAutoRead(false);
  }

  public void readAgain() {
    channel().config().setAutoRead(true);
  }

  /** Completes with the server's close code; 1006 if there was none. */
  public CompletableFuture<Integer> closeCode() {
    return closeCode;
  }

  /** Closes the connection without a close message. */
  public void die() {
    channel().config().setOption(ChannelOption.SO_LINGER, 0);
    channel().close();
  }

  public Future<Void> close() {
    return socket == null ? webSocket.close() : socket.close();
  }
}
