package io.busbar.test;

import io.vertx.core.Promise;
import io.vertx.core.eventbus.ReplyException;
import io.vertx.core.eventbus.ReplyFailure;
import io.vertx.core.http.WebSocket;
import io.vertx.core.http.WebSocketClient;
import io.vertx.core.http.WebSocketConnectOptions;
import io.vertx.core.json.JsonObject;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/**
 * A client of the event-bus bridge, as a page is one: permissions hold for it. It ends with its
 * node. Bodies are what JSON has: JsonObject, JsonArray, String, number, boolean, null.
 */
public final class BusClient {
  private final WebSocket socket;
  private final AtomicLong questions = new AtomicLong();
  private final Map<String, Promise<Object>> asked = new ConcurrentHashMap<>();

  /** What came for each address; a body may be null, and a subscription may be refused. */
  private final Map<String, BlockingQueue<Heard>> heard = new ConcurrentHashMap<>();

  private record Heard(Optional<Object> body, String refusal) {}

  private BusClient(WebSocket socket) {
    this.socket = socket;
    socket.textMessageHandler(text -> take(new JsonObject(text)));
  }

  static BusClient connect(WebSocketClient webSockets, int port) {
    WebSocketConnectOptions options =
        new WebSocketConnectOptions()
            .setHost("127.0.0.1")
            .setPort(port)
            .setURI("/eventbus/websocket");
    return BusbarNode.await(webSockets.connect(options).map(BusClient::new));
  }

  private void take(JsonObject message) {
    String address = message.getString("address");
    boolean failed = message.getString("type").equals("err");
    Promise<Object> answer = address == null ? null : asked.remove(address);
    if (answer != null && failed) {
      answer.fail(failure(message));
    } else if (answer != null) {
      answer.complete(message.getValue("body"));
    } else if (address != null && heard.containsKey(address)) {
      Optional<Object> body = Optional.ofNullable(message.getValue("body"));
      heard.get(address).add(new Heard(body, failed ? words(message) : null));
    }
  }

  private static ReplyException failure(JsonObject message) {
    return message.containsKey("failureType")
        ? new ReplyException(
            ReplyFailure.valueOf(message.getString("failureType")),
            message.getInteger("failureCode"),
            message.getString("message"))
        : new ReplyException(ReplyFailure.ERROR, -1, words(message));
  }

  private static String words(JsonObject message) {
    return message.getValue("body") + ": " + message.getString("message");
  }

  /** Listens. What this client says after it, it hears. */
  public void subscribe(String address) {
    heard.putIfAbsent(address, new LinkedBlockingQueue<>());
    say("register", address, new JsonObject());
  }

  /** Waits for the next message to an address that it listens to. */
  public Object next(String address) {
    BlockingQueue<Heard> queue = heard.get(address);
    if (queue == null) {
      throw new IllegalStateException("subscribe to " + address + " first");
    }
    try {
      Heard next = queue.poll(BusbarNode.PATIENCE_SECONDS, TimeUnit.SECONDS);
      if (next == null || next.refusal() != null) {
        throw new AssertionError(
            address + ": " + (next == null ? "nothing was heard" : next.refusal()));
      }
      return next.body().orElse(null);
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  /**
   * Asks one listener, and waits for the answer.
   *
   * @throws ReplyException with the code and the words of a feature that failed the question, or of
   *     the gateway that refused it
   */
  public Object request(String address, Object body) {
    String reply = "answer-" + questions.incrementAndGet();
    Promise<Object> answer = Promise.promise();
    asked.put(reply, answer);
    say("send", address, new JsonObject().put("body", body).put("replyAddress", reply));
    return BusbarNode.await(answer.future());
  }

  /** Tells everyone who listens. */
  public void publish(String address, Object body) {
    say("publish", address, new JsonObject().put("body", body));
  }

  /** Tells one of them. */
  public void send(String address, Object body) {
    say("send", address, new JsonObject().put("body", body));
  }

  private void say(String type, String address, JsonObject more) {
    BusbarNode.await(
        socket.writeTextMessage(more.put("type", type).put("address", address).encode()));
  }
}
