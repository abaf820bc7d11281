package io.busbar.protocol.bridge;

import io.busbar.protocol.MessagePipe;
import io.busbar.protocol.PipedContractClient;
import io.busbar.protocol.ReceivedPositions;
import io.vertx.core.json.JsonObject;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;

/** A client of the shared suite that speaks the bridge's JSON over any pipe. */
public final class BridgeContractClient extends PipedContractClient {

  private final Map<String, BlockingQueue<JsonObject>> received = new ConcurrentHashMap<>();
  private final BlockingQueue<JsonObject> errors = new LinkedBlockingQueue<>();
  private final Map<String, CompletableFuture<JsonObject>> asked = new ConcurrentHashMap<>();
  private final Map<String, UnaryOperator<Object>> answers = new ConcurrentHashMap<>();

  public BridgeContractClient(MessagePipe pipe) {
    super(pipe);
    pipe.receiver(message -> receive(new JsonObject(message)));
  }

  private void receive(JsonObject message) {
    String address = message.getString("address", "");
    CompletableFuture<JsonObject> question = asked.remove(address);
    if (question != null) {
      question.complete(message);
    } else if (message.getString("type").equals("err")) {
      errors.add(message);
    } else if (message.getString("type").equals("subscribed")) {
      positions.begins(
          address,
          message.getString("epoch"),
          message.getLong("offset"),
          message.getBoolean("recovered"));
    } else if (message.containsKey("replyAddress") && answers.containsKey(address)) {
      Object answer = answers.get(address).apply(message.getValue("body"));
      sendMessage("send", message.getString("replyAddress"), answer, null);
    } else {
      if (message.containsKey("offset")) {
        positions.came(address, message.getString("epoch"), message.getLong("offset"));
      }
      channel(address).add(message);
    }
  }

  private BlockingQueue<JsonObject> channel(String address) {
    return received.computeIfAbsent(address, a -> new LinkedBlockingQueue<>());
  }

  private void sendMessage(String type, String address, Object body, String replyAddress) {
    JsonObject message =
        new JsonObject().put("type", type).put("address", address).put("body", body);
    if (replyAddress != null) {
      message.put("replyAddress", replyAddress);
    }
    pipe.send(message.encode());
  }

  @Override
  public void publish(String address, Object body, Map<String, String> headers) {
    JsonObject all = new JsonObject();
    headers.forEach(all::put);
    JsonObject message =
        new JsonObject()
            .put("type", "publish")
            .put("address", address)
            .put("body", body)
            .put("headers", all);
    pipe.send(message.encode());
  }

  /** The bridge confirms no subscription, but a request waits for earlier ones. */
  @Override
  public void subscribe(String address) {
    pipe.send(new JsonObject().put("type", "register").put("address", address).encode());
    ask("echo", "settled");
  }

  @Override
  public void enter(String address, JsonObject info) {
    JsonObject register =
        new JsonObject().put("type", "register").put("address", address).put("info", info);
    pipe.send(register.encode());
    ask("echo", "settled");
  }

  @Override
  public void follow(String address, String since) {
    JsonObject register = new JsonObject().put("type", "register").put("address", address);
    if (since == null) {
      register.put("recover", true);
    } else {
      register.put("since", ReceivedPositions.json(since));
    }
    pipe.send(register.encode());
    ask("echo", "settled");
  }

  @Override
  public void unsubscribe(String address) {
    pipe.send(new JsonObject().put("type", "unregister").put("address", address).encode());
  }

  @Override
  public void publish(String address, Object body) {
    sendMessage("publish", address, body, null);
  }

  @Override
  public void send(String address, Object body) {
    sendMessage("send", address, body, null);
  }

  @Override
  public Object request(String address, Object body) {
    JsonObject answer = ask(address, body);
    if (answer.getString("type").equals("err")) {
      throw new AssertionError(errorText(answer));
    }
    return answer.getValue("body");
  }

  private JsonObject ask(String address, Object body) {
    String replyAddress = UUID.randomUUID().toString();
    CompletableFuture<JsonObject> question = new CompletableFuture<>();
    asked.put(replyAddress, question);
    sendMessage("send", address, body, replyAddress);
    return question.orTimeout(SECONDS, TimeUnit.SECONDS).join();
  }

  @Override
  public void answer(String address, UnaryOperator<Object> with) {
    answers.put(address, with);
    subscribe(address);
  }

  @Override
  public Object next(String address) {
    return take(channel(address)).getValue("body");
  }

  @Override
  public int waiting(String address) {
    return channel(address).size();
  }

  @Override
  public String nextError() {
    return errorText(take(errors));
  }

  /**
   * Returns the text of an error. Over TCP it is in {@code reason}, and {@code message} has the
   * code.
   */
  private static String errorText(JsonObject error) {
    return error.getString("reason", error.getString("message"));
  }
}
