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

/**
 * A client of the topic bus at an endpoint without a prefix, where the address a.b is the topic
 * a/b.
 */
final class TopicsClient extends PipedContractClient {
  private final Map<String, BlockingQueue<JsonArray>> received = new ConcurrentHashMap<>();
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
    return received.computeIfAbsent(topic, t -> new LinkedBlockingQueue<>());
  }

  /** Asks for all publications. */
  TopicsClient start() {
    pipe.send("[\"clown.talk/-/config/set\", {}]\n");
    return this;
  }

  /** Asks for all publications, and waits for the answer. */
  TopicsClient started() {
    start();
    started.orTimeout(SECONDS, TimeUnit.SECONDS).join();
    return this;
  }

  void say(String frame) {
    pipe.send(frame);
  }

  /** Returns the next payload on that topic. */
  Object on(String topic) {
    return take(topic(topic)).getValue(1);
  }

  int errorCount() {
    return errors.size();
  }

  /** Returns whether nothing except errors has come. */
  boolean heardNothing() {
    return received.values().stream().allMatch(BlockingQueue::isEmpty);
  }

  /** Subscribes to all topics, because a client cannot choose. */
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
