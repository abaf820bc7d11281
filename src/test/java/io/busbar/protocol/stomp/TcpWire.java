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
final class TcpWire implements StompWire {
  // Vert.x closes the sockets of a client that only a local variable holds.
  private static final Vertx VERTX = Vertx.vertx();
  private static final NetClient CLIENT = VERTX.createNetClient();
  private static final int NO_CODE = 1006;

  private final NetSocket socket;

  private TcpWire(NetSocket socket) {
    this.socket = socket;
  }

  static TcpWire connect(int port) {
    return connect("127.0.0.1", port);
  }

  static TcpWire connect(String host, int port) {
    return new TcpWire(
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
  public void listen(Ear ear) {
    socket.handler(bytes -> ear.heard(bytes.getBytes()));
    socket.exceptionHandler(reset -> {});
    socket.closeHandler(closed -> ear.closed(NO_CODE));
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
    StompWire.reset(channel());
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
