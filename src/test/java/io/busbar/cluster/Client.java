package io.busbar.cluster;

import io.busbar.BusbarProcess;
import io.busbar.TestGateway;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.http.WebSocket;
import io.vertx.core.http.WebSocketClient;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.stomp.StompClient;
import io.vertx.ext.stomp.StompClientConnection;
import io.vertx.ext.stomp.StompClientOptions;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BiConsumer;

/** Somebody at one node who speaks one protocol. Any thread may use it. */
interface Client {
  /** What it speaks. */
  enum Protocol {
    BRIDGE,
    SOCKJS,
    STOMP
  }

  Vertx VERTX = Vertx.vertx();

  /** Clients are held, because one that is collected closes its sockets. */
  WebSocketClient WEB_SOCKETS = VERTX.createWebSocketClient();

  /** Will tell the listener, from now on, the channel and the text of each message. */
  Future<Void> listen(String channel, BiConsumer<String, String> listener);

  void publish(String channel, String text);

  /** Whether the node has ended the connection. */
  boolean isGone();

  static Client connect(Protocol protocol, BusbarProcess node) {
    return switch (protocol) {
      case BRIDGE -> new Bridge(open(node, "/eventbus/websocket"), false);
      case SOCKJS ->
          new Bridge(open(node, "/eventbus/000/" + UUID.randomUUID() + "/websocket"), true);
      case STOMP -> new Stomp(node.stompPort());
    };
  }

  private static WebSocket open(BusbarProcess node, String path) {
    return TestGateway.await(
        WEB_SOCKETS
            .connect(node.httpPort(), "127.0.0.1", path)
            .map(
                socket -> {
                  socket.pause();
                  return socket;
                }));
  }

  /** The event-bus bridge, plain or in SockJS's frames. */
  final class Bridge implements Client {
    private final WebSocket socket;
    private final boolean framed;
    private final Map<String, BiConsumer<String, String>> listeners = new ConcurrentHashMap<>();
    private final Map<String, Promise<JsonObject>> answers = new ConcurrentHashMap<>();
    private final AtomicBoolean gone = new AtomicBoolean();

    Bridge(WebSocket socket, boolean framed) {
      this.socket = socket;
      this.framed = framed;
      socket.textMessageHandler(this::heard);
      socket.closeHandler(closed -> gone.set(true));
      socket.resume();
    }

    private void heard(String text) {
      if (!framed) {
        message(new JsonObject(text));
      } else if (text.startsWith("a")) {
        new JsonArray(text.substring(1)).forEach(one -> message(new JsonObject((String) one)));
      }
    }

    private void message(JsonObject message) {
      String address = message.getString("address");
      Promise<JsonObject> answer = address == null ? null : answers.remove(address);
      if (answer != null) {
        answer.complete(message);
      } else if ("rec".equals(message.getString("type"))) {
        listeners.get(address).accept(address, message.getString("body"));
      }
    }

    private void say(JsonObject message) {
      String text = message.encode();
      socket.writeTextMessage(framed ? new JsonArray().add(text).encode() : text);
    }

    /** Completes when the node has answered what comes after the registration. */
    @Override
    public Future<Void> listen(String channel, BiConsumer<String, String> listener) {
      listeners.put(channel, listener);
      say(new JsonObject().put("type", "register").put("address", channel));
      return ask("echo", "there?").mapEmpty();
    }

    Future<JsonObject> ask(String address, String body) {
      String id = UUID.randomUUID().toString();
      Promise<JsonObject> answer = Promise.promise();
      answers.put(id, answer);
      say(
          new JsonObject()
              .put("type", "send")
              .put("address", address)
              .put("body", body)
              .put("replyAddress", id));
      return answer.future();
    }

    @Override
    public void publish(String channel, String text) {
      say(new JsonObject().put("type", "publish").put("address", channel).put("body", text));
    }

    @Override
    public boolean isGone() {
      return gone.get();
    }
  }

  /** STOMP over TCP, with vertx-stomp's client. */
  final class Stomp implements Client {
    private final StompClient client = StompClient.create(VERTX, new StompClientOptions());
    private final StompClientConnection connection;
    private final AtomicBoolean gone = new AtomicBoolean();

    Stomp(int port) {
      connection = TestGateway.await(client.connect(port, "127.0.0.1"));
      connection.connectionDroppedHandler(dropped -> gone.set(true));
      connection.closeHandler(closed -> gone.set(true));
      connection.errorHandler(error -> gone.set(true));
    }

    @Override
    public Future<Void> listen(String channel, BiConsumer<String, String> listener) {
      return connection
          .subscribe(
              "/topic/" + channel, frame -> listener.accept(channel, frame.getBodyAsString()))
          .mapEmpty();
    }

    @Override
    public void publish(String channel, String text) {
      connection.send("/topic/" + channel, io.vertx.core.buffer.Buffer.buffer(text));
    }

    @Override
    public boolean isGone() {
      return gone.get();
    }
  }
}
