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
 * Where queues keep their messages, and what must be remembered of durable subscriptions. Nothing
 * is kept, changed or gone before its future says so. Any thread may use it. What completes does so
 * on any thread, in any order, and whoever listens is quick.
 */
public interface QueueStore {
  Future<Void> add(String queue, QueueMessage message);

  /** Keeps how often it was tried; brings nothing back that is gone. */
  Future<Void> update(String queue, QueueMessage message);

  Future<Void> remove(String queue, QueueMessage message);

  /** All messages of a queue, by their place. */
  Future<List<QueueMessage>> messages(String queue);

  /** The ids of all messages that this node has in its care, by their queue. */
  Future<Map<String, Set<String>>> ids();

  /** Remembers something under a name, in the place of what that was. */
  Future<Void> remember(String name, JsonObject what);

  Future<Void> forget(String name);

  /** All that is remembered, by its name. */
  Future<Map<String, JsonObject>> remembered();

  /** Completes when all that was asked is done, and what is open is closed. */
  default Future<Void> close() {
    return Future.succeededFuture();
  }

  /** One in memory, which is gone with the node. */
  static QueueStore inMemory() {
    return new MemoryStore();
  }

  /** Owned by nobody: its maps take what comes from any thread. */
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
