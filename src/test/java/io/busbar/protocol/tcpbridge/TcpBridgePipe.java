package io.busbar.protocol.tcpbridge;

import io.busbar.TestGateway;
import io.busbar.protocol.LengthDecoder;
import io.busbar.protocol.MessagePipe;
import io.netty.channel.Channel;
import io.netty.channel.ChannelOption;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.internal.net.NetSocketInternal;
import io.vertx.core.json.JsonObject;
import io.vertx.core.net.NetClient;
import io.vertx.core.net.NetSocket;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/** Plain TCP with the length before each message. */
final class TcpBridgePipe implements MessagePipe {
  // Vert.x closes the sockets of a client that only a local variable holds.
  private static final Vertx VERTX = Vertx.vertx();
  private static final NetClient CLIENT = VERTX.createNetClient();
  private static final int CUT_OFF = 1006;
  private static final int MOST = 1 << 20;

  private final NetSocket socket;
  private final CompletableFuture<Integer> closeCode = new CompletableFuture<>();

  private TcpBridgePipe(NetSocket socket) {
    this.socket = socket;
  }

  static TcpBridgePipe connect(int port) {
    return new TcpBridgePipe(
        TestGateway.await(
            CLIENT
                .connect(port, "127.0.0.1")
                .map(
                    socket -> {
                      socket.pause();
                      return socket;
                    })));
  }

  @Override
  public void receiver(Consumer<String> receiver) {
    LengthDecoder decoder =
        new LengthDecoder(
            MOST, message -> receive(new String(message, StandardCharsets.UTF_8), receiver));
    socket.handler(bytes -> decoder.decode(bytes.getBytes()));
    socket.exceptionHandler(reset -> {});
    socket.closeHandler(closed -> closeCode.complete(CUT_OFF));
    socket.resume();
  }

  private void receive(String message, Consumer<String> receiver) {
    JsonObject json = new JsonObject(message);
    if ("closing".equals(json.getString("message"))) {
      closeCode.complete(json.getInteger("code"));
    } else {
      receiver.accept(message);
    }
  }

  @Override
  public void send(String message) {
    socket.write(frame(message));
  }

  static Buffer frame(String message) {
    byte[] utf8 = message.getBytes(StandardCharsets.UTF_8);
    return Buffer.buffer().appendInt(utf8.length).appendBytes(utf8);
  }

  void write(Buffer bytes) {
    socket.write(bytes);
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
    Channel channel = channel();
    channel
        .eventLoop()
        .execute(
            () -> {
              if (channel.isOpen()) {
                channel.config().setOption(ChannelOption.SO_LINGER, 0);
                channel.close();
              }
            });
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
