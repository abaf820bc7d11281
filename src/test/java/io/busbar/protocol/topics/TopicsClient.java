package io.busbar.protocol.topics;

import io.busbar.protocol.MessagePipe;
import io.busbar.protocol.PipedContractClient;
import io.vertx.core.json.JsonArray;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/** A client of the topic bus at an endpoint without a prefix: the address a.b is the topic a/b. */
final class TopicsClient extends PipedContractClient {
  private final Map<String, BlockingQueue<JsonArray>> heard = new ConcurrentHashMap<>();
  private final BlockingQueue<String> errors = new LinkedBlockingQueue<>();
  private final CompletableFuture<Void> started = new CompletableFuture<>();

  TopicsClient(MessagePipe pipe) {
    super(pipe);
    pipe.receiver(message -> receive(new JsonArray(message)));
  }

  private void receive(JsonArray pair) {
    switch (pair.getString(0)) {
      case "clown.talk/-/config/ok" -> started.complete(null);
      case "clown.talk/-/error" -> errors.add(pair.getJsonObject(1).getString("message"));
      default -> topic(pair.getString(0)).add(pair);
    }
  }

  private BlockingQueue<JsonArray> topic(String topic) {
    return heard.computeIfAbsent(topic, t -> new LinkedBlockingQueue<>());
  }

  /** Says that it wants to hear. */
  TopicsClient start() {
    pipe.send("[\"clown.talk/-/config/set\", {}]\n");
    return this;
  }

  /** The same, and waits until it does. */
  TopicsClient started() {
    start();
    started.orTimeout(SECONDS, TimeUnit.SECONDS).join();
    return this;
  }

  void say(String frame) {
    pipe.send(frame);
  }

  /** What comes next on that topic. */
  Object on(String topic) {
    return take(topic(topic)).getValue(1);
  }

  int errorCount() {
    return errors.size();
  }

  /** Whether anything has come but errors. */
  boolean heardNothing() {
    return heard.values().stream().allMatch(BlockingQueue::isEmpty);
  }

  /** It hears all or nothing. */
  @Override
  public void subscribe(String address) {
    started();
  }

  @Override
  public void publish(String address, Object body) {
    pipe.send(new JsonArray().add(address.replace('.', '/')).add(body).encode());
  }

  @Override
  public Object next(String address) {
    return on(address.replace('.', '/'));
  }

  @Override
  public int waiting(String address) {
    return topic(address.replace('.', '/')).size();
  }

  @Override
  public String nextError() {
    return take(errors);
  }
}
