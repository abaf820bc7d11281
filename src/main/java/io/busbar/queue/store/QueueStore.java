package io.busbar.queue.store;

import io.vertx.core.Future;
import io.vertx.core.json.JsonObject;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The store of queues: their messages, and notes about durable subscriptions. A change has happened
 * only when its future completes. Any thread may use it. Futures complete on any thread and in any
 * order, so their listeners must be quick.
 */
public interface QueueStore {
  Future<Void> add(String queue, QueueMessage message);

  /** Stores the number of tries. It does not bring back a message that was removed. */
  Future<Void> update(String queue, QueueMessage message);

  Future<Void> remove(String queue, QueueMessage message);

  /** All messages of a queue, sorted by place. */
  Future<List<QueueMessage>> messages(String queue);

  /** The ids of all messages that this node is responsible for, by queue. */
  Future<Map<String, Set<String>>> ids();

  /** Stores a note under a name. It replaces the note that was there. */
  Future<Void> remember(String name, JsonObject what);

  Future<Void> forget(String name);

  /** All notes, by name. */
  Future<Map<String, JsonObject>> remembered();

  /** Completes when all calls are done and the store is closed. */
  default Future<Void> close() {
    return Future.succeededFuture();
  }

  /** A store in memory, whose messages are gone when the node ends. */
  static QueueStore inMemory() {
    return new MemoryStore();
  }

  /** The store in memory. Any thread may use it, because its maps are concurrent. */
  final class MemoryStore implements QueueStore {
    private final Map<String, Map<String, QueueMessage>> queues = new ConcurrentHashMap<>();
    private final Map<String, JsonObject> notes = new ConcurrentHashMap<>();

    private MemoryStore() {}

    @Override
    public Future<Void> add(String queue, QueueMessage message) {
      queues.computeIfAbsent(queue, name -> new ConcurrentHashMap<>()).put(message.id(), message);
      return Future.succeededFuture();
    }

    @Override
    public Future<Void> update(String queue, QueueMessage message) {
      queues.computeIfPresent(
          queue,
          (name, messages) -> {
            messages.computeIfPresent(message.id(), (id, old) -> message);
            return messages;
          });
      return Future.succeededFuture();
    }

    @Override
    public Future<Void> remove(String queue, QueueMessage message) {
      queues.computeIfPresent(
          queue,
          (name, messages) -> {
            messages.remove(message.id());
            return messages.isEmpty() ? null : messages;
          });
      return Future.succeededFuture();
    }

    @Override
    public Future<List<QueueMessage>> messages(String queue) {
      return Future.succeededFuture(
          queues.getOrDefault(queue, Map.of()).values().stream()
              .sorted(Comparator.comparingLong(QueueMessage::place))
              .toList());
    }

    @Override
    public Future<Map<String, Set<String>>> ids() {
      Map<String, Set<String>> ids = new HashMap<>();
      queues.forEach((queue, messages) -> ids.put(queue, Set.copyOf(messages.keySet())));
      return Future.succeededFuture(ids);
    }

    @Override
    public Future<Void> remember(String name, JsonObject what) {
      notes.put(name, what.copy());
      return Future.succeededFuture();
    }

    @Override
    public Future<Void> forget(String name) {
      notes.remove(name);
      return Future.succeededFuture();
    }

    @Override
    public Future<Map<String, JsonObject>> remembered() {
      return Future.succeededFuture(Map.copyOf(notes));
    }
  }
}
