package io.busbar.stream;

import io.vertx.core.Future;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The store of streams: of each stream, blocks of messages and the epochs. Any thread may use it.
 * Futures complete on any thread.
 */
public interface StreamStore {
  /**
   * What is stored of a stream.
   *
   * @param epochs null if nothing is stored
   * @param blocks in their order
   */
  record Kept(@Nullable JsonObject epochs, List<StreamCodec> blocks) {
    static final Kept NOTHING = new Kept(null, List.of());
  }

  Future<Kept> load(String stream);

  /** Stores the epochs in place of the previous ones. */
  Future<Void> epochs(String stream, JsonObject epochs);

  /**
   * Stores one more block. Completes with false if somebody else has already put a block at that
   * offset.
   *
   * @param first the offset of its first message
   */
  Future<Boolean> append(String stream, long first, StreamCodec block);

  /** Deletes the block with that offset. */
  Future<Void> remove(String stream, long first);

  /** Deletes a whole stream. */
  Future<Void> forget(String stream);

  /** The streams that this node is responsible for. */
  Future<Set<String>> streams();

  /** Completes when all calls are done. */
  default Future<Void> close() {
    return Future.succeededFuture();
  }

  /** A store that keeps nothing, so a stream is only in the node's memory. */
  static StreamStore none() {
    return new StreamStore() {
      @Override
      public Future<Kept> load(String stream) {
        return Future.succeededFuture(Kept.NOTHING);
      }

      @Override
      public Future<Void> epochs(String stream, JsonObject epochs) {
        return Future.succeededFuture();
      }

      @Override
      public Future<Boolean> append(String stream, long first, StreamCodec block) {
        return Future.succeededFuture(true);
      }

      @Override
      public Future<Void> remove(String stream, long first) {
        return Future.succeededFuture();
      }

      @Override
      public Future<Void> forget(String stream) {
        return Future.succeededFuture();
      }

      @Override
      public Future<Set<String>> streams() {
        return Future.succeededFuture(Set.of());
      }
    };
  }
}
