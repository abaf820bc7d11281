package io.busbar.protocol.stomp;

import io.busbar.TestGateway;
import io.netty.channel.Channel;
import io.netty.channel.socket.DuplexChannel;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.internal.net.NetSocketInternal;
import io.vertx.core.net.NetClient;
import io.vertx.core.net.NetSocket;

/** A connection over plain TCP. */
final class TcpStompConnection implements StompConnection {
  // Vert.x closes the sockets of a client that only a local variable holds.
  private static final Vertx VERTX = Vertx.vertx();
  private static final NetClient CLIENT = VERTX.createNetClient();
  private static final int NO_CODE = 1006;

  private final NetSocket socket;

  private TcpStompConnection(NetSocket socket) {
    this.socket = socket;
  }

  static TcpStompConnection connect(int port) {
    return connect("127.0.0.1", port);
  }

  static TcpStompConnection connect(String host, int port) {
    return new TcpStompConnection(
        TestGateway.await(
            CLIENT
                .connect(port, host)
                .map(
                    socket -> {
                      socket.pause();
                      return socket;
                    })));
  }

  @Override
  public void listen(BytesHandler listener) {
    socket.handler(bytes -> listener.received(bytes.getBytes()));
    socket.exceptionHandler(reset -> {});
    socket.closeHandler(closed -> listener.closed(NO_CODE));
    socket.resume();
  }

  @Override
  public void send(byte[] bytes) {
    socket.write(Buffer.buffer(bytes));
  }

  private Channel channel() {
    return ((NetSocketInternal) socket).channelHandlerContext().channel();
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
  public void endOutput() {
    ((DuplexChannel) channel()).shutdownOutput();
  }

  @Override
  public void close() {
    socket.close();
  }
}
