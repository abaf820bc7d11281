package io.busbar.admin;

import io.busbar.TestGateway;
import io.vertx.core.http.WebSocket;
import io.vertx.core.http.WebSocketClient;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** A client of the bridge that listens to addresses and keeps what it hears. */
public final class BridgeListener {
  private final WebSocketClient client;
  private final WebSocket socket;
  private final List<JsonObject> heard = new CopyOnWriteArrayList<>();

  public BridgeListener(TestGateway gateway) {
    client = gateway.vertx().createWebSocketClient();
    socket =
        TestGateway.await(client.connect(gateway.httpPort(), "127.0.0.1", "/eventbus/websocket"));
    socket.textMessageHandler(text -> heard.add(new JsonObject(text)));
  }

  public BridgeListener say(String type, String address) {
    JsonObject message = new JsonObject().put("type", type).put("address", address);
    TestGateway.await(socket.writeTextMessage(message.encode()));
    return this;
  }

  List<JsonObject> heard() {
    return heard;
  }

  public void close() {
    TestGateway.await(socket.close());
    TestGateway.await(client.close());
  }
}
