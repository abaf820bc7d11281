package io.busbar.cluster;

import io.busbar.TestGateway;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.PoolOptions;
import io.vertx.core.http.WebSocket;
import io.vertx.core.http.WebSocketClient;
import io.vertx.core.http.WebSocketClientOptions;
import io.vertx.core.json.JsonArray;
import io.vertx.core.net.NetClient;
import io.vertx.core.net.NetSocket;
import java.net.URI;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/** A connection to a node that carries text. Any thread may use it. */
abstract class TextConnection {
  private static final long OPEN_SECONDS = 30;
  static final Vertx VERTX = Vertx.vertx();

  // A field holds the clients, because a collected client closes its sockets.
  private static final int MOST_BYTES = 16 << 20;

  /** A frame may have all messages that one turn has for a client. */
  private static final WebSocketClient WEB_SOCKETS =
      VERTX.createWebSocketClient(
          new WebSocketClientOptions()
              .setMaxConnections(10_000)
              .setMaxFrameSize(MOST_BYTES)
              .setMaxMessageSize(MOST_BYTES));

  private static final NetClient TCP = VERTX.createNetClient();
  private static final HttpClient HTTP =
      VERTX.createHttpClient(new PoolOptions().setHttp1MaxSize(100));

  /** The receiver of messages; earlier messages wait for it. */
  protected final CompletableFuture<Consumer<String>> receiver = new CompletableFuture<>();

  /** Null while the connection is open. */
  private volatile String end;

  /** Returns whether either side has ended the connection. */
  boolean isDisconnected() {
    return end() != null;
  }

  /** Returns how it ended; null while it is open. */
  String end() {
    return end;
  }

  final void ended(String how) {
    end = end == null ? how : end;
  }

  final void receiver(Consumer<String> listener) {
    receiver.complete(listener);
  }

  abstract void send(String text);

  abstract void close();

  static TextConnection tcp(String host, int port) {
    return TestGateway.await(TCP.connect(port, host).map(Tcp::new));
  }

  static TextConnection webSocket(URI node, String path) {
    return TestGateway.await(
        WEB_SOCKETS.connect(node.getPort(), node.getHost(), path).map(OverWebSocket::new));
  }

  /** Opens SockJS over a WebSocket. */
  static TextConnection sockJs(URI node, String path) {
    return new Framed(webSocket(node, session(path) + "/websocket")).opened();
  }

  /** Opens SockJS with polling: one request after the other. */
  static TextConnection polling(URI node, String path) {
    return new Framed(new Polling(node, session(path))).opened();
  }

  private static String session(String path) {
    return path + "/000/" + UUID.randomUUID();
  }

  private static final class Tcp extends TextConnection {
    private final NetSocket socket;

    Tcp(NetSocket socket) {
      this.socket = socket;
      socket.pause();
      socket.closeHandler(closed -> ended("closed"));
      socket.exceptionHandler(e -> ended(e.toString()));
      receiver.thenAccept(
          listener -> socket.handler(bytes -> listener.accept(bytes.toString())).resume());
    }

    @Override
    void send(String text) {
      socket.write(text);
    }

    @Override
    void close() {
      socket.close();
    }
  }

  private static final class OverWebSocket extends TextConnection {
    private final WebSocket socket;

    OverWebSocket(WebSocket socket) {
      this.socket = socket;
      socket.pause();
      socket.closeHandler(
          closed -> ended("closed " + socket.closeStatusCode() + " " + socket.closeReason()));
      socket.exceptionHandler(e -> ended(e.toString()));
      receiver.thenAccept(listener -> socket.textMessageHandler(listener::accept).resume());
    }

    @Override
    void send(String text) {
      socket.writeTextMessage(text);
    }

    @Override
    void close() {
      socket.close();
    }
  }

  /**
   * SockJS with polling; each message waits until the one before was accepted. Any thread may use
   * it.
   */
  private static final class Polling extends TextConnection {
    private final URI node;
    private final String session;
    private Future<Buffer> sent = Future.succeededFuture();

    Polling(URI node, String session) {
      this.node = node;
      this.session = session;
      receiver.thenAccept(this::poll);
    }

    private void poll(Consumer<String> listener) {
      post("/xhr", "")
          .onSuccess(
              frames -> {
                listener.accept(frames.toString().trim());
                if (!isDisconnected()) {
                  poll(listener);
                }
              })
          .onFailure(e -> ended(e.toString()));
    }

    private Future<Buffer> post(String what, String body) {
      return HTTP.request(HttpMethod.POST, node.getPort(), node.getHost(), session + what)
          .compose(request -> answer(request, body));
    }

    private static Future<Buffer> answer(HttpClientRequest request, String body) {
      return request
          .send(body)
          .compose(
              response ->
                  response.statusCode() < 300
                      ? response.body()
                      : Future.failedFuture("status " + response.statusCode()));
    }

    @Override
    void send(String text) {
      sent = sent.eventually(() -> post("/xhr_send", text)).onFailure(e -> ended(e.toString()));
    }

    @Override
    void close() {
      ended("closed here");
    }
  }

  private static final class Framed extends TextConnection {
    private final TextConnection frames;
    private final CompletableFuture<Void> open = new CompletableFuture<>();

    Framed(TextConnection frames) {
      this.frames = frames;
      frames.receiver(this::received);
    }

    private void received(String frame) {
      if (frame.startsWith("o")) {
        open.complete(null);
      } else if (frame.startsWith("a")) {
        Consumer<String> listener = receiver.join();
        new JsonArray(frame.substring(1)).forEach(text -> listener.accept((String) text));
      } else if (frame.startsWith("c")) {
        frames.ended(frame);
      }
    }

    Framed opened() {
      open.orTimeout(OPEN_SECONDS, TimeUnit.SECONDS).join();
      return this;
    }

    @Override
    String end() {
      return frames.end();
    }

    @Override
    void send(String text) {
      frames.send(new JsonArray().add(text).encode());
    }

    @Override
    void close() {
      frames.close();
    }
  }
}
