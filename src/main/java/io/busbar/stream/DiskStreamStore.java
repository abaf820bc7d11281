package io.busbar.stream;

import io.busbar.hub.Payload;
import io.busbar.queue.store.DiskQueueStore;
import io.busbar.queue.store.QueueMessage;
import io.busbar.queue.store.QueueStore;
import io.vertx.core.Future;
import io.vertx.core.MultiMap;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Keeps streams in a file of their own, in the format of the queues' store. A block is a message
 * there, and its place is its first offset. Any thread may use it.
 */
public final class DiskStreamStore implements StreamStore {
  private final QueueStore blocks;

  /** The epochs of all streams, as they are in the file. */
  private final Map<String, JsonObject> known;

  private DiskStreamStore(QueueStore blocks, Map<String, JsonObject> known) {
    this.blocks = blocks;
    this.known = new ConcurrentHashMap<>(known);
  }

  /**
   * Opens the file {@code streams.mv} of the folder. Makes the file and the folder if they do not
   * exist.
   *
   * @param sync see {@link DiskQueueStore#open}
   */
  public static Future<DiskStreamStore> open(Vertx vertx, Path folder, Duration sync) {
    return DiskQueueStore.open(vertx, folder, "streams.mv", sync)
        .compose(store -> store.remembered().map(known -> new DiskStreamStore(store, known)));
  }

  @Override
  public Future<Kept> load(String stream) {
    JsonObject epochs = known.get(stream);
    return epochs == null
        ? Future.succeededFuture(Kept.NOTHING)
        : blocks
            .messages(stream)
            .map(
                all ->
                    new Kept(
                        epochs,
                        all.stream()
                            .map(block -> StreamCodec.read(block.payload().raw()))
                            .toList()));
  }

  @Override
  public Future<Void> epochs(String stream, JsonObject epochs) {
    known.put(stream, epochs);
    return blocks.remember(stream, epochs);
  }

  @Override
  public Future<Boolean> append(String stream, long first, StreamCodec block) {
    return blocks.add(stream, block(first, block.toBytes())).map(true);
  }

  @Override
  public Future<Void> remove(String stream, long first) {
    return blocks.remove(stream, block(first, new byte[0]));
  }

  private static QueueMessage block(long first, byte[] bytes) {
    Payload payload = Payload.packed(Payload.Kind.BYTES, bytes);
    MultiMap none = MultiMap.caseInsensitiveMultiMap();
    return new QueueMessage("", payload, none, "", "", false, 0, 0, 0, first, 0);
  }

  @Override
  public Future<Void> forget(String stream) {
    known.remove(stream);
    return blocks
        .messages(stream)
        .compose(
            all -> Future.join(all.stream().map(block -> blocks.remove(stream, block)).toList()))
        .compose(gone -> blocks.forget(stream));
  }

  @Override
  public Future<Set<String>> streams() {
    return Future.succeededFuture(Set.copyOf(known.keySet()));
  }

  @Override
  public Future<Void> close() {
    return blocks.close();
  }
}
