package io.busbar.stream;

import com.hazelcast.core.HazelcastInstance;
import com.hazelcast.map.EntryProcessor;
import com.hazelcast.map.IMap;
import com.hazelcast.nio.ObjectDataInput;
import com.hazelcast.nio.ObjectDataOutput;
import com.hazelcast.nio.serialization.DataSerializable;
import com.hazelcast.partition.PartitionAware;
import com.hazelcast.query.Predicates;
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
  private final IMap<Key, byte[]> blocks;

  /** In the map of that name; not for event loops. */
  public HazelcastStreamStore(Vertx vertx, HazelcastInstance hazelcast, String name) {
    this.vertx = vertx;
    this.blocks = hazelcast.getMap(name);
  }

  @Override
  public Future<Kept> load(String stream) {
    return vertx.executeBlocking(() -> kept(entries(stream)), false);
  }

  private List<Map.Entry<Key, byte[]>> entries(String stream) {
    return blocks.entrySet(Predicates.partitionPredicate(stream, Predicates.alwaysTrue())).stream()
        .filter(entry -> entry.getKey().stream().equals(stream))
        .sorted(Comparator.comparingLong(entry -> entry.getKey().number()))
        .toList();
  }

  private static Kept kept(List<Map.Entry<Key, byte[]>> entries) {
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
        () -> SureWrites.said(vertx, blocks.setAsync(new Key(stream, EPOCHS), bytes)));
  }

  @Override
  public Future<Boolean> append(String stream, long first, StreamCodec block) {
    Key key = new Key(stream, first);
    byte[] bytes = block.toBytes();
    return SureWrites.untilCertain(
        () -> SureWrites.said(vertx, blocks.submitToKey(key, new PutWhereNoneIs(bytes))));
  }

  @Override
  public Future<Void> remove(String stream, long first) {
    Key key = new Key(stream, first);
    return SureWrites.untilCertain(() -> SureWrites.said(vertx, blocks.removeAsync(key)))
        .mapEmpty();
  }

  @Override
  public Future<Void> forget(String stream) {
    return vertx.executeBlocking(
        () -> {
          // What is known of the epochs goes last: without it nothing else counts.
          List<Map.Entry<Key, byte[]>> all = entries(stream);
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
          for (Key key : blocks.localKeySet()) {
            streams.add(key.stream());
          }
          return streams;
        },
        false);
  }

  /**
   * What Hazelcast knows a block by: those of one stream are together. Nodes of several builds read
   * it, so its name and what is written of it stay as they are.
   */
  public static final class Key implements DataSerializable, PartitionAware<String> {
    private String stream;
    private long number;

    /** For Hazelcast, which then reads it. */
    public Key() {}

    Key(String stream, long number) {
      this.stream = stream;
      this.number = number;
    }

    String stream() {
      return stream;
    }

    long number() {
      return number;
    }

    @Override
    public String getPartitionKey() {
      return stream;
    }

    @Override
    public void writeData(ObjectDataOutput out) throws IOException {
      out.writeString(stream);
      out.writeLong(number);
    }

    @Override
    public void readData(ObjectDataInput in) throws IOException {
      stream = in.readString();
      number = in.readLong();
    }
  }

  /** Done a second time it answers the same. Nodes of several builds run it, as they read keys. */
  public static final class PutWhereNoneIs
      implements EntryProcessor<Key, byte[], Boolean>, DataSerializable {
    private static final long serialVersionUID = 1;

    private byte[] block;

    /** For Hazelcast, which then reads it. */
    public PutWhereNoneIs() {}

    PutWhereNoneIs(byte[] block) {
      this.block = block;
    }

    @Override
    public Boolean process(Map.Entry<Key, byte[]> entry) {
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
