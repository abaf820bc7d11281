package io.busbar.protocol.socketio;

import io.busbar.protocol.MessagePipe;
import io.busbar.protocol.PipedContractClient;
import io.busbar.protocol.ReceivedPositions;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.Arrays;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.UnaryOperator;

/** A client of the shared suite that speaks Socket.IO 5 in the bus namespace. */
final class SocketIoContractClient extends PipedContractClient {
  private static final String ERROR = "error";

  private final CompletableFuture<JsonObject> connected = new CompletableFuture<>();
  private final Map<String, BlockingQueue<JsonArray>> received = new ConcurrentHashMap<>();
  private final BlockingQueue<String> errors = new LinkedBlockingQueue<>();
  private final Map<Integer, CompletableFuture<JsonArray>> asked = new ConcurrentHashMap<>();
  private final Map<String, UnaryOperator<Object>> answers = new ConcurrentHashMap<>();
  private final AtomicInteger number = new AtomicInteger();

  SocketIoContractClient(MessagePipe pipe) {
    super(pipe);
    pipe.receiver(this::receive);
    pipe.send("0");
    assertIsSession(connected.orTimeout(SECONDS, TimeUnit.SECONDS).join());
  }

  private static void assertIsSession(JsonObject connected) {
    if (connected.getString("sid").length() != 36) {
      throw new AssertionError(connected.encode());
    }
  }

  private void receive(String packet) {
    int json = 1;
    while (json < packet.length() && Character.isDigit(packet.charAt(json))) {
      json++;
    }
    String id = packet.substring(1, json);
    String data = packet.substring(json);
    switch (packet.charAt(0)) {
      case '0' -> connected.complete(new JsonObject(data));
      case '2' -> event(id, new JsonArray(data));
      case '3' -> asked.remove(Integer.valueOf(id)).complete(new JsonArray(data));
      case '4' -> errors.add(new JsonObject(data).getString("message"));
      default -> {}
    }
  }

  private void event(String id, JsonArray event) {
    String name = event.getString(0);
    UnaryOperator<Object> answer = answers.get(name);
    if (name.equals(ERROR)) {
      errors.add(event.getJsonObject(1).getString("message"));
    } else if (!id.isEmpty() && answer != null) {
      pipe.send("3" + id + new JsonArray().add(answer.apply(event.getValue(1))).encode());
    } else {
      JsonObject about = event.getJsonObject(2);
      String address = about.getString("address");
      if (about.containsKey("offset")) {
        positions.came(address, about.getString("epoch"), about.getLong("offset"));
      }
      channel(address).add(event);
    }
  }

  private BlockingQueue<JsonArray> channel(String address) {
    return received.computeIfAbsent(address, a -> new LinkedBlockingQueue<>());
  }

  private void emit(Object... event) {
    pipe.send("2" + new JsonArray(Arrays.asList(event)).encode());
  }

  private JsonArray emitWithAcknowledgement(Object... event) {
    int id = number.incrementAndGet();
    CompletableFuture<JsonArray> question = new CompletableFuture<>();
    asked.put(id, question);
    pipe.send("2" + id + new JsonArray(Arrays.asList(event)).encode());
    return question.orTimeout(SECONDS, TimeUnit.SECONDS).join();
  }

  @Override
  public void subscribe(String address) {
    JsonArray answer = emitWithAcknowledgement("subscribe", address);
    if (answer.getValue(0) != null) {
      errors.add(answer.getJsonObject(0).getString("message"));
    }
  }

  @Override
  public void enter(String address, JsonObject info) {
    emitWithAcknowledgement("subscribe", address, new JsonObject().put("info", info));
  }

  @Override
  public void follow(String address, String since) {
    JsonObject how =
        since == null
            ? new JsonObject().put("recover", true)
            : new JsonObject().put("since", ReceivedPositions.json(since));
    JsonObject begin = emitWithAcknowledgement("subscribe", address, how).getJsonObject(1);
    positions.begins(
        address, begin.getString("epoch"), begin.getLong("offset"), begin.getBoolean("recovered"));
  }

  @Override
  public void unsubscribe(String address) {
    emit("unsubscribe", address);
  }

  @Override
  public void publish(String address, Object body) {
    emit("publish", address, body);
  }

  @Override
  public void publish(String address, Object body, Map<String, String> headers) {
    JsonObject all = new JsonObject();
    headers.forEach(all::put);
    emit("publish", address, body, all);
  }

  @Override
  public void send(String address, Object body) {
    emit("send", address, body);
  }

  @Override
  public Object request(String address, Object body) {
    JsonArray answer = emitWithAcknowledgement("request", address, body);
    if (answer.getValue(0) != null) {
      throw new AssertionError(answer.getJsonObject(0).getString("message"));
    }
    return answer.getValue(1);
  }

  @Override
  public void answer(String address, UnaryOperator<Object> with) {
    answers.put(address, with);
    subscribe(address);
  }

  @Override
  public Object next(String address) {
    return take(channel(address)).getValue(1);
  }

  @Override
  public int waiting(String address) {
    return channel(address).size();
  }

  @Override
  public String nextError() {
    return take(errors);
  }
}
