package io.busbar.protocol.sockjs;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.ClientWebSocket;
import io.vertx.core.http.WebSocket;
import io.vertx.core.http.WebSocketClient;
import io.vertx.core.http.WebSocketConnectOptions;
import io.vertx.core.http.WebSocketFrame;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/** The WebSockets of one test class, each with its received messages. */
final class WebSocketClients {
  private final SockJsServer server;
  private WebSocketClient client;

  WebSocketClients(SockJsServer server) {
    this.server = server;
  }

  /** One socket: its text messages in order, and its close code. */
  static final class Client {
    private final WebSocket socket;
    private final BlockingQueue<String> messages = new LinkedBlockingQueue<>();
    private final CompletableFuture<Integer> closed = new CompletableFuture<>();
    private volatile boolean anyBinary;

    private Client(WebSocket socket) {
      this.socket = socket;
      socket.frameHandler(this::frame);
      socket.textMessageHandler(messages::add);
      socket.closeHandler(
          end ->
              closed.complete(
                  socket.closeStatusCode() == null ? 1006 : socket.closeStatusCode().intValue()));
    }

    private void frame(WebSocketFrame frame) {
      anyBinary |= frame.isBinary();
    }

    void send(String text) {
      socket.writeTextMessage(text);
    }

    void sendBinary(byte[] bytes) {
      socket.writeBinaryMessage(Buffer.buffer(bytes));
    }

    void sendFragments(String... parts) {
      for (int i = 0; i < parts.length; i++) {
        boolean last = i == parts.length - 1;
        socket.writeFrame(
            i == 0
                ? WebSocketFrame.textFrame(parts[i], last)
                : WebSocketFrame.continuationFrame(Buffer.buffer(parts[i]), last));
      }
    }

    /** Waits for the next text message. */
    String next() throws InterruptedException {
      String message = messages.poll(20, TimeUnit.SECONDS);
      if (message == null) {
        throw new IllegalStateException("nothing came");
      }
      return message;
    }

    /** Waits for the end and returns the server's close code; 1006 for none. */
    int closeCode() {
      return closed.orTimeout(20, TimeUnit.SECONDS).join();
    }

    String closeReason() {
      closeCode();
      return socket.closeReason();
    }

    boolean anyBinary() {
      return anyBinary;
    }

    WebSocket socket() {
      return socket;
    }

    void close() {
      socket.close();
    }
  }

  Client connect(String path, String... headers) {
    if (client == null) {
      client = server.vertx().createWebSocketClient();
    }
    WebSocketConnectOptions options =
        new WebSocketConnectOptions().setHost("127.0.0.1").setPort(server.port()).setURI(path);
    for (String header : headers) {
      int colon = header.indexOf(':');
      options.addHeader(header.substring(0, colon), header.substring(colon + 1).trim());
    }
    // The handlers must be there before the first message may come.
    ClientWebSocket socket = client.webSocket();
    Client listening = new Client(socket);
    socket
        .connect(options)
        .toCompletionStage()
        .toCompletableFuture()
        .orTimeout(20, TimeUnit.SECONDS)
        .join();
    return listening;
  }
}
