package io.busbar.cluster;

import io.busbar.BusbarProcess;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.json.JsonObject;
import java.net.URI;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BiConsumer;

/** A client of one node in one protocol. Any thread may use it. */
abstract class Client implements AutoCloseable {
  /** The only channel that clients of the service endpoint hear. */
  static final String SERVICE_CHANNEL = "public.audit0";

  /** The service endpoint in the configuration of each node. */
  static final String SERVICE = "{path: /audit, address: echo, channel: public.audit0}";

  /** The protocol of a client. */
  enum Protocol {
    BRIDGE("bridge, WebSocket"),
    SOCKJS("bridge, SockJS"),
    POLLING("bridge, xhr-polling"),
    STOMP("STOMP, TCP"),
    STOMP_WEBSOCKET("STOMP, WebSocket"),
    SERVICE("service, WebSocket");

    private final String words;

    Protocol(String words) {
      this.words = words;
    }

    @Override
    public String toString() {
      return words;
    }
  }

  protected final TextConnection connection;

  private Client(TextConnection connection) {
    this.connection = connection;
  }

  static Client connect(Protocol protocol, BusbarProcess node) {
    URI http = node.http();
    return switch (protocol) {
      case BRIDGE -> new Bridge(TextConnection.webSocket(http, "/eventbus/websocket"));
      case SOCKJS -> new Bridge(TextConnection.sockJs(http, "/eventbus"));
      case POLLING -> new Bridge(TextConnection.polling(http, "/eventbus"));
      case STOMP -> new Stomp(TextConnection.tcp(http.getHost(), node.stompPort()));
      case STOMP_WEBSOCKET -> new Stomp(TextConnection.webSocket(http, "/stomp"));
      case SERVICE -> new Service(TextConnection.webSocket(http, "/audit"));
    };
  }

  /** Will give the listener the channel and the text of each message from about now on. */
  abstract void listen(String channel, BiConsumer<String, String> listener);

  abstract void publish(String channel, String text);

  /** Returns how its connection ended; null while it is open. */
  String end() {
    return connection.end();
  }

  /** Returns whether the node has ended the connection. */
  boolean isDisconnected() {
    return connection.isDisconnected();
  }

  @Override
  public void close() {
    connection.close();
  }

  /** A client of the event-bus bridge. Any thread may use it. */
  static final class Bridge extends Client {
    private final Map<String, BiConsumer<String, String>> listeners = new ConcurrentHashMap<>();
    private final Map<String, Promise<JsonObject>> answers = new ConcurrentHashMap<>();

    Bridge(TextConnection connection) {
      super(connection);
      connection.receiver(text -> received(new JsonObject(text)));
    }

    private void received(JsonObject message) {
      String address = message.getString("address");
      Promise<JsonObject> answer = address == null ? null : answers.remove(address);
      if (answer != null) {
        answer.complete(message);
      } else if ("rec".equals(message.getString("type"))) {
        listeners.get(address).accept(address, message.getString("body"));
      }
    }

    @Override
    void listen(String channel, BiConsumer<String, String> listener) {
      listeners.put(channel, listener);
      connection.send(new JsonObject().put("type", "register").put("address", channel).encode());
    }

    Future<JsonObject> ask(String address, String body) {
      String id = UUID.randomUUID().toString();
      Promise<JsonObject> answer = Promise.promise();
      answers.put(id, answer);
      connection.send(
          new JsonObject()
              .put("type", "send")
              .put("address", address)
              .put("body", body)
              .put("replyAddress", id)
              .encode());
      return answer.future();
    }

    @Override
    void publish(String channel, String text) {
      connection.send(
          new JsonObject()
              .put("type", "publish")
              .put("address", channel)
              .put("body", text)
              .encode());
    }
  }

  /**
   * A STOMP client with only what these tests need: bodies are ASCII without NUL. Any thread may
   * use it.
   */
  static final class Stomp extends Client {
    private static final String TOPIC = "/topic/";

    private final Map<String, BiConsumer<String, String>> listeners = new ConcurrentHashMap<>();
    private String rest = "";

    Stomp(TextConnection connection) {
      super(connection);
      connection.receiver(this::received);
      connection.send("CONNECT\naccept-version:1.2\nhost:here\n\n\0");
    }

    private void received(String text) {
      rest += text;
      for (int end = rest.indexOf('\0'); end >= 0; end = rest.indexOf('\0')) {
        frame(rest.substring(0, end).strip());
        rest = rest.substring(end + 1);
      }
    }

    private void frame(String frame) {
      if (frame.startsWith("MESSAGE\n")) {
        int from = frame.indexOf(TOPIC) + TOPIC.length();
        String channel = frame.substring(from, frame.indexOf('\n', from));
        String body = frame.substring(frame.indexOf("\n\n") + 2);
        listeners.get(channel).accept(channel, body);
      }
    }

    @Override
    void listen(String channel, BiConsumer<String, String> listener) {
      listeners.put(channel, listener);
      connection.send("SUBSCRIBE\nid:" + channel + "\ndestination:" + TOPIC + channel + "\n\n\0");
    }

    @Override
    void publish(String channel, String text) {
      connection.send("SEND\ndestination:" + TOPIC + channel + "\n\n" + text + "\0");
    }
  }

  /**
   * A client of a service endpoint, which subscribes its clients to one channel. Any thread may use
   * it.
   */
  static final class Service extends Client {
    Service(TextConnection connection) {
      super(connection);
    }

    @Override
    void listen(String channel, BiConsumer<String, String> listener) {
      if (channel.equals(SERVICE_CHANNEL)) {
        connection.receiver(text -> listener.accept(channel, text));
      }
    }

    @Override
    void publish(String channel, String text) {
      throw new UnsupportedOperationException("who uses the service says nothing on channels");
    }
  }
}
