package io.busbar.stream;

import com.hazelcast.core.HazelcastInstance;
import com.hazelcast.map.EntryProcessor;
import com.hazelcast.map.IMap;
import com.hazelcast.nio.ObjectDataInput;
import com.hazelcast.nio.ObjectDataOutput;
import com.hazelcast.nio.serialization.DataSerializable;
import com.hazelcast.query.Predicates;
import io.busbar.cluster.NumberedKey;
import io.busbar.cluster.RetriedWrites;
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
 * Keeps streams in a map of Hazelcast. Each stream is on the node that owns its name. When an
 * append completes, it is also on as many others as the map has synchronous backups. A block is put
 * only if its key is free. So if two nodes both take themselves for the owner, one of them is
 * refused. Any thread may use it.
 */
public final class HazelcastStreamStore implements StreamStore {
  /** The number of the entry with the epochs. It is not an offset. */
  private static final long EPOCHS = 0;

  private final Vertx vertx;
  private final IMap<NumberedKey, byte[]> blocks;

  /** Uses the map of that name. The constructor blocks: do not call it on an event loop. */
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
    return RetriedWrites.untilCertain(
        () -> RetriedWrites.said(vertx, blocks.setAsync(new NumberedKey(stream, EPOCHS), bytes)));
  }

  @Override
  public Future<Boolean> append(String stream, long first, StreamCodec block) {
    NumberedKey key = new NumberedKey(stream, first);
    byte[] bytes = block.toBytes();
    return RetriedWrites.untilCertain(
        () -> RetriedWrites.said(vertx, blocks.submitToKey(key, new PutWhereNoneIs(bytes))));
  }

  @Override
  public Future<Void> remove(String stream, long first) {
    NumberedKey key = new NumberedKey(stream, first);
    return RetriedWrites.untilCertain(() -> RetriedWrites.said(vertx, blocks.removeAsync(key)))
        .mapEmpty();
  }

  @Override
  public Future<Void> forget(String stream) {
    return vertx.executeBlocking(
        () -> {
          // The entry with the epochs goes last, because without it the others are ignored.
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

  /**
   * Puts a block if its key is free. If it is repeated, it answers the same. Hazelcast runs it on
   * its own threads. Nodes of several builds run it and read its keys.
   */
  public static final class PutWhereNoneIs
      implements EntryProcessor<NumberedKey, byte[], Boolean>, DataSerializable {
    private static final long serialVersionUID = 1;

    private byte[] block;

    /** For Hazelcast, which then reads the fields. */
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
