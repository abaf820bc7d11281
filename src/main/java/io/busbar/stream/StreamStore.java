package io.busbar.stream;

import io.vertx.core.Future;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Where streams are kept: each as blocks of messages, and what is known of its epochs. Any thread
 * may use it; what completes does so on any thread.
 */
public interface StreamStore {
  /**
   * What is kept of a stream.
   *
   * @param epochs null where nothing is
   * @param blocks in their order
   */
  record Kept(@Nullable JsonObject epochs, List<StreamCodec> blocks) {
    static final Kept NOTHING = new Kept(null, List.of());
  }

  Future<Kept> load(String stream);

  /** Keeps what is known of the epochs, in the place of what was. */
  Future<Void> epochs(String stream, JsonObject epochs);

  /**
   * Keeps one more block; false where there is one of that offset already, which somebody else has
   * put there.
   *
   * @param first the offset of its first message
   */
  Future<Boolean> append(String stream, long first, StreamCodec block);

  /** Forgets the block of that offset. */
  Future<Void> remove(String stream, long first);

  /** Forgets all of a stream. */
  Future<Void> forget(String stream);

  /** The streams that this node has in its care. */
  Future<Set<String>> streams();

  /** Completes when all that was asked is done. */
  default Future<Void> close() {
    return Future.succeededFuture();
  }

  /** One that keeps nothing beyond what the node has in memory. */
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
