package io.busbar.protocol.stomp;

import com.hazelcast.map.IMap;
import com.hazelcast.query.Predicates;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Keeps messages in a map of Hazelcast, each on the node that its queue lives on and, when an add
 * completes, on as many others as the map has synchronous backups. A queue that is empty leaves
 * nothing behind. Any thread may use it.
 */
public final class HazelcastQueueStore implements SharedQueueStore {
  private final Vertx vertx;
  private final IMap<QueueKey, byte[]> messages;

  public HazelcastQueueStore(Vertx vertx, IMap<QueueKey, byte[]> messages) {
    this.vertx = vertx;
    this.messages = messages;
  }

  @Override
  public Future<Void> add(String queue, QueueMessage message) {
    return Future.fromCompletionStage(
        messages.setAsync(new QueueKey(queue, message.id()), QueueMessageBytes.of(message)));
  }

  @Override
  public Future<Void> update(String queue, QueueMessage message) {
    QueueKey key = new QueueKey(queue, message.id());
    return Future.fromCompletionStage(messages.getAsync(key))
        .compose(there -> there == null ? Future.succeededFuture() : this.add(queue, message));
  }

  @Override
  public Future<Void> remove(String queue, String id) {
    return Future.fromCompletionStage(messages.removeAsync(new QueueKey(queue, id))).mapEmpty();
  }

  @Override
  public Future<List<QueueMessage>> messages(String queue) {
    return vertx.executeBlocking(
        () ->
            messages
                .entrySet(Predicates.partitionPredicate(queue, Predicates.alwaysTrue()))
                .stream()
                .filter(entry -> entry.getKey().queue().equals(queue))
                .map(entry -> QueueMessageBytes.read(entry.getValue()))
                .sorted(Comparator.comparingLong(QueueMessage::sequence))
                .toList(),
        false);
  }

  @Override
  public Future<Map<String, Set<String>>> ids() {
    return vertx.executeBlocking(
        () -> {
          Map<String, Set<String>> ids = new HashMap<>();
          for (QueueKey key : messages.localKeySet()) {
            ids.computeIfAbsent(key.queue(), name -> new HashSet<>()).add(key.id());
          }
          return ids;
        },
        false);
  }
}
