package io.busbar.queue.store;

import com.hazelcast.core.HazelcastInstance;
import com.hazelcast.map.IMap;
import com.hazelcast.nio.ObjectDataInput;
import com.hazelcast.nio.ObjectDataOutput;
import com.hazelcast.nio.serialization.DataSerializable;
import com.hazelcast.partition.PartitionAware;
import com.hazelcast.query.Predicates;
import io.busbar.cluster.RetriedWrites;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/**
 * Keeps messages in a map of Hazelcast. Each message is on the node that its queue lives on. When
 * an add completes, it is also on as many others as the map has synchronous backups. An empty queue
 * leaves nothing behind. Any thread may use it.
 */
public final class HazelcastQueueStore implements QueueStore {
  private final Vertx vertx;
  private final IMap<Key, byte[]> messages;
  private final IMap<String, String> notes;

  /**
   * Uses the map of that name and, for notes, {@code NAME.notes}. The constructor blocks: do not
   * call it on an event loop.
   */
  public HazelcastQueueStore(Vertx vertx, HazelcastInstance hazelcast, String name) {
    this.vertx = vertx;
    this.messages = hazelcast.getMap(name);
    this.notes = hazelcast.getMap(name + ".notes");
  }

  /** A write completes only when the backup has it, too. */
  private <T> Future<T> surely(Supplier<CompletionStage<T>> write) {
    return RetriedWrites.untilCertain(() -> RetriedWrites.said(vertx, write.get()));
  }

  @Override
  public Future<Void> add(String queue, QueueMessage message) {
    Key key = new Key(queue, message.id());
    byte[] bytes = message.toBytes();
    return surely(() -> messages.setAsync(key, bytes));
  }

  @Override
  public Future<Void> update(String queue, QueueMessage message) {
    Key key = new Key(queue, message.id());
    return RetriedWrites.said(vertx, messages.getAsync(key))
        .compose(there -> there == null ? Future.succeededFuture() : this.add(queue, message));
  }

  @Override
  public Future<Void> remove(String queue, QueueMessage message) {
    Key key = new Key(queue, message.id());
    return surely(() -> messages.removeAsync(key)).mapEmpty();
  }

  @Override
  public Future<List<QueueMessage>> messages(String queue) {
    return vertx.executeBlocking(
        () ->
            messages
                .entrySet(Predicates.partitionPredicate(queue, Predicates.alwaysTrue()))
                .stream()
                .filter(entry -> entry.getKey().queue().equals(queue))
                .map(entry -> QueueMessage.read(entry.getValue()))
                .sorted(Comparator.comparingLong(QueueMessage::place))
                .toList(),
        false);
  }

  @Override
  public Future<Map<String, Set<String>>> ids() {
    return vertx.executeBlocking(
        () -> {
          Map<String, Set<String>> ids = new HashMap<>();
          for (Key key : messages.localKeySet()) {
            ids.computeIfAbsent(key.queue(), name -> new HashSet<>()).add(key.id());
          }
          return ids;
        },
        false);
  }

  @Override
  public Future<Void> remember(String name, JsonObject what) {
    return surely(() -> notes.setAsync(name, what.encode()));
  }

  @Override
  public Future<Void> forget(String name) {
    return surely(() -> notes.removeAsync(name)).mapEmpty();
  }

  @Override
  public Future<Map<String, JsonObject>> remembered() {
    return vertx.executeBlocking(
        () ->
            notes.entrySet().stream()
                .collect(Collectors.toMap(Map.Entry::getKey, e -> new JsonObject(e.getValue()))),
        false);
  }

  /**
   * The key of a message in Hazelcast, which reads it on its own threads. The messages of one queue
   * are in one partition. Nodes of several builds read keys, so the class name and the written form
   * must not change. A partitioning strategy of the map does not work, because IMap.setAsync
   * (5.3.8) does not ask it.
   */
  public static final class Key implements DataSerializable, PartitionAware<String> {
    private String queue;
    private String id;

    /** For Hazelcast, which then reads the fields. */
    public Key() {}

    Key(String queue, String id) {
      this.queue = queue;
      this.id = id;
    }

    String queue() {
      return queue;
    }

    String id() {
      return id;
    }

    @Override
    public String getPartitionKey() {
      return queue;
    }

    @Override
    public void writeData(ObjectDataOutput out) throws IOException {
      out.writeString(queue);
      out.writeString(id);
    }

    @Override
    public void readData(ObjectDataInput in) throws IOException {
      queue = in.readString();
      id = in.readString();
    }
  }
}
