package io.busbar.stream;

import com.hazelcast.core.HazelcastInstance;
import com.hazelcast.map.EntryProcessor;
import com.hazelcast.map.IMap;
import com.hazelcast.nio.ObjectDataInput;
import com.hazelcast.nio.ObjectDataOutput;
import com.hazelcast.nio.serialization.DataSerializable;
import com.hazelcast.query.Predicates;
import io.busbar.cluster.NumberedKey;
import io.busbar.cluster.SureWrites;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Keeps streams in a map of Hazelcast, each on the node that owns its name and, when an append
 * completes, on as many others as the map has synchronous backups. A block is put only where there
 * is none: of two nodes that both take themselves for the owner one is told.
 */
public final class HazelcastStreamStore implements StreamStore {
  /** The number of what is known of the epochs, which is no offset. */
  private static final long EPOCHS = 0;

  private final Vertx vertx;
  private final IMap<NumberedKey, byte[]> blocks;

  /** In the map of that name; not for event loops. */
  public HazelcastStreamStore(Vertx vertx, HazelcastInstance hazelcast, String name) {
    this.vertx = vertx;
    this.blocks = hazelcast.getMap(name);
  }

  @Override
  public Future<Kept> load(String stream) {
    return vertx.executeBlocking(() -> kept(entries(stream)), false);
  }

  private List<Map.Entry<NumberedKey, byte[]>> entries(String stream) {
    return blocks.entrySet(Predicates.partitionPredicate(stream, Predicates.alwaysTrue())).stream()
        .filter(entry -> entry.getKey().name().equals(stream))
        .sorted(Comparator.comparingLong(entry -> entry.getKey().number()))
        .toList();
  }

  private static Kept kept(List<Map.Entry<NumberedKey, byte[]>> entries) {
    boolean known = !entries.isEmpty() && entries.get(0).getKey().number() == EPOCHS;
    return known
        ? new Kept(
            new JsonObject(Buffer.buffer(entries.get(0).getValue())),
            entries.stream().skip(1).map(entry -> StreamCodec.read(entry.getValue())).toList())
        : Kept.NOTHING;
  }

  @Override
  public Future<Void> epochs(String stream, JsonObject epochs) {
    byte[] bytes = epochs.toBuffer().getBytes();
    return SureWrites.untilCertain(
        () -> SureWrites.said(vertx, blocks.setAsync(new NumberedKey(stream, EPOCHS), bytes)));
  }

  @Override
  public Future<Boolean> append(String stream, long first, StreamCodec block) {
    NumberedKey key = new NumberedKey(stream, first);
    byte[] bytes = block.toBytes();
    return SureWrites.untilCertain(
        () -> SureWrites.said(vertx, blocks.submitToKey(key, new PutWhereNoneIs(bytes))));
  }

  @Override
  public Future<Void> remove(String stream, long first) {
    NumberedKey key = new NumberedKey(stream, first);
    return SureWrites.untilCertain(() -> SureWrites.said(vertx, blocks.removeAsync(key)))
        .mapEmpty();
  }

  @Override
  public Future<Void> forget(String stream) {
    return vertx.executeBlocking(
        () -> {
          // What is known of the epochs goes last: without it nothing else counts.
          List<Map.Entry<NumberedKey, byte[]>> all = entries(stream);
          for (int i = all.size() - 1; i >= 0; i--) {
            blocks.delete(all.get(i).getKey());
          }
          return null;
        },
        false);
  }

  @Override
  public Future<Set<String>> streams() {
    return vertx.executeBlocking(
        () -> {
          Set<String> streams = new HashSet<>();
          for (NumberedKey key : blocks.localKeySet()) {
            streams.add(key.name());
          }
          return streams;
        },
        false);
  }

  /** Done a second time it answers the same. Nodes of several builds run it, as they read keys. */
  public static final class PutWhereNoneIs
      implements EntryProcessor<NumberedKey, byte[], Boolean>, DataSerializable {
    private static final long serialVersionUID = 1;

    private byte[] block;

    /** For Hazelcast, which then reads it. */
    public PutWhereNoneIs() {}

    PutWhereNoneIs(byte[] block) {
      this.block = block;
    }

    @Override
    public Boolean process(Map.Entry<NumberedKey, byte[]> entry) {
      byte[] there = entry.getValue();
      if (there == null) {
        entry.setValue(block);
      }
      return there == null || Arrays.equals(there, block);
    }

    @Override
    public void writeData(ObjectDataOutput out) throws IOException {
      out.writeByteArray(block);
    }

    @Override
    public void readData(ObjectDataInput in) throws IOException {
      block = in.readByteArray();
    }
  }
}
