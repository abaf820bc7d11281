package io.busbar.protocol.stomp;

import io.vertx.core.Future;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** Keeps messages in this node's memory. Each queue's part belongs to the queue's event loop. */
public final class MemoryQueueStore implements QueueStore {
  private final Map<String, Map<String, QueueMessage>> queues = new ConcurrentHashMap<>();

  @Override
  public Future<Void> add(String queue, QueueMessage message) {
    queues.computeIfAbsent(queue, name -> new LinkedHashMap<>()).put(message.id(), message);
    return Future.succeededFuture();
  }

  @Override
  public Future<Void> update(String queue, QueueMessage message) {
    Map<String, QueueMessage> messages = queues.get(queue);
    if (messages != null) {
      messages.replace(message.id(), message);
    }
    return Future.succeededFuture();
  }

  @Override
  public Future<Void> remove(String queue, String id) {
    Map<String, QueueMessage> messages = queues.get(queue);
    if (messages != null) {
      messages.remove(id);
      if (messages.isEmpty()) {
        queues.remove(queue);
      }
    }
    return Future.succeededFuture();
  }

  @Override
  public Future<List<QueueMessage>> messages(String queue) {
    return Future.succeededFuture(
        queues.getOrDefault(queue, Map.of()).values().stream()
            .sorted(Comparator.comparingLong(QueueMessage::sequence))
            .toList());
  }
}
