package io.busbar.presence;

import io.vertx.core.Future;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Whom the owner of a channel has told to have joined, and not to have left, where the next owner
 * finds it. Owned by the channel's event loop.
 */
interface Announced {
  /** Will return everybody, with what each says of itself; null for nothing. */
  Future<Map<String, String>> load();

  void add(String user, @Nullable String info);

  void remove(String user);

  /**
   * Will complete when what was added and removed is safe; on any thread. Does not fail.
   *
   * @return of whom it is not kept, as another node owns the channel, or nobody knows: whoever
   *     reads next what is kept tells of them
   */
  Future<Set<String>> save();
}
