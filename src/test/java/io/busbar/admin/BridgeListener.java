package io.busbar.admin;

import io.busbar.TestGateway;
import io.vertx.core.Vertx;
import io.vertx.core.http.WebSocket;
import io.vertx.core.http.WebSocketClient;
import io.vertx.core.http.WebSocketConnectOptions;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;

/** A client of the bridge that stores the messages it gets. Any thread may use it. */
public final class BridgeListener {
  private final WebSocketClient client;
  private final WebSocket socket;
  private final List<JsonObject> received = new CopyOnWriteArrayList<>();
  private final CompletableFuture<Integer> closeCode = new CompletableFuture<>();

  public BridgeListener(TestGateway gateway) {
    this(gateway.vertx(), gateway.httpPort());
  }

  /**
   * Connects to a gateway on 127.0.0.1.
   *
   * @param headers headers of the handshake, names and values in turn
   */
  public BridgeListener(Vertx vertx, int port, String... headers) {
    this(vertx, "127.0.0.1", port, headers);
  }

  /** Connects to a gateway on that host. */
  public BridgeListener(Vertx vertx, String host, int port, String... headers) {
    client = vertx.createWebSocketClient();
    WebSocketConnectOptions options =
        new WebSocketConnectOptions().setHost(host).setPort(port).setURI("/eventbus/websocket");
    for (int i = 0; i < headers.length; i += 2) {
      options.addHeader(headers[i], headers[i + 1]);
    }
    socket = TestGateway.await(client.connect(options));
    socket.textMessageHandler(text -> received.add(new JsonObject(text)));
    socket.closeHandler(gone -> closeCode.complete((int) socket.closeStatusCode()));
  }

  public BridgeListener say(String type, String address) {
    return say(new JsonObject().put("type", type).put("address", address));
  }

  public BridgeListener say(JsonObject message) {
    TestGateway.await(socket.writeTextMessage(message.encode()));
    return this;
  }

  /** Returns the messages in the order in which they came. */
  public List<JsonObject> received() {
    return received;
  }

  /** Will complete with the close code when the gateway has ended the connection. */
  public CompletableFuture<Integer> closeCode() {
    return closeCode;
  }

  public void close() {
    TestGateway.await(socket.close());
    TestGateway.await(client.close());
  }
}
