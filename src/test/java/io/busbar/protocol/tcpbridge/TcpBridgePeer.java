package io.busbar.protocol.tcpbridge;

import static org.assertj.core.api.Assertions.assertThat;

import io.busbar.TestGateway;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonObject;
import io.vertx.core.net.NetClient;
import io.vertx.core.net.NetSocket;
import io.vertx.ext.eventbus.bridge.tcp.impl.protocol.FrameHelper;
import io.vertx.ext.eventbus.bridge.tcp.impl.protocol.FrameParser;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/**
 * A client of our TCP bridge or the stock one that sends given messages. It uses the frame classes
 * of vertx-tcp-eventbus-bridge. Used by the test's thread.
 */
final class TcpBridgePeer implements AutoCloseable {
  private static final long SECONDS = 20;
  // Vert.x closes the sockets of a client that only a local variable holds.
  private static final Vertx VERTX = Vertx.vertx();
  private static final NetClient CLIENT = VERTX.createNetClient();
  private static final String MARK = "the end";

  private final NetSocket socket;
  private final BlockingQueue<JsonObject> received = new LinkedBlockingQueue<>();
  private final CompletableFuture<Void> closed = new CompletableFuture<>();

  private TcpBridgePeer(NetSocket socket) {
    this.socket = socket;
    socket.handler(new FrameParser(frame -> received.add(frame.result())));
    socket.exceptionHandler(reset -> {});
    socket.closeHandler(closed::complete);
    socket.resume();
  }

  static TcpBridgePeer connect(int port) {
    return connect(CLIENT, port);
  }

  static TcpBridgePeer connect(NetClient client, int port) {
    return new TcpBridgePeer(
        TestGateway.await(
            client
                .connect(port, "127.0.0.1")
                .map(
                    connected -> {
                      connected.pause();
                      return connected;
                    })));
  }

  TcpBridgePeer say(String... messages) {
    for (String message : messages) {
      write(TcpBridgePipe.frame(message));
    }
    return this;
  }

  TcpBridgePeer say(JsonObject message) {
    FrameHelper.writeFrame(message, socket);
    return this;
  }

  TcpBridgePeer write(Buffer bytes) {
    socket.write(bytes);
    return this;
  }

  TcpBridgePeer register(String address) {
    FrameHelper.sendFrame("register", address, null, socket);
    return settle();
  }

  TcpBridgePeer talk(String type, String address, Object body) {
    FrameHelper.sendFrame(type, address, body, socket);
    return this;
  }

  TcpBridgePeer ask(String address, Object body, String replyAddress) {
    FrameHelper.sendFrame("send", address, replyAddress, body, socket);
    return this;
  }

  /** Waits until all earlier messages are handled. */
  TcpBridgePeer settle() {
    assertThat(ask("echo", 1, MARK).next().getString("address")).isEqualTo(MARK);
    return this;
  }

  JsonObject next() {
    try {
      JsonObject message = received.poll(SECONDS, TimeUnit.SECONDS);
      assertThat(message).as("an answer").isNotNull();
      return message;
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  /** Returns that many messages, and checks that no more come. */
  List<JsonObject> next(int count) {
    List<JsonObject> all = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      all.add(next());
    }
    settle();
    return all;
  }

  /** Completes at the end of the connection. */
  CompletableFuture<Void> closed() {
    return closed;
  }

  @Override
  public void close() {
    socket.close();
  }
}
