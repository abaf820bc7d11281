package io.busbar.presence;

import io.vertx.core.Future;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Stores the {@link Announced} of all channels. Any thread may use it. */
interface AnnouncedStore {
  Announced of(String channel);

  /** Will return the channels of this node that have an entry. */
  Future<Set<String>> channels();

  /** Whether the channel has an entry. */
  Future<Boolean> has(String channel);

  /** The store of a single node, which keeps nothing: when the node ends, all users have left. */
  static AnnouncedStore none() {
    Announced nothing =
        new Announced() {
          @Override
          public Future<Map<String, String>> load() {
            return Future.succeededFuture(Map.of());
          }

          @Override
          public void add(String user, @Nullable String info) {}

          @Override
          public void remove(String user) {}

          @Override
          public Future<Set<String>> save() {
            return Future.succeededFuture(Set.of());
          }
        };
    return new AnnouncedStore() {
      @Override
      public Announced of(String channel) {
        return nothing;
      }

      @Override
      public Future<Set<String>> channels() {
        return Future.succeededFuture(Set.of());
      }

      @Override
      public Future<Boolean> has(String channel) {
        return Future.succeededFuture(false);
      }
    };
  }
}
