package io.busbar.presence;

import io.vertx.core.Future;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The users of a channel whose join was announced, and not their leave, in a place where the next
 * owner finds them. Owned by the channel's event loop.
 */
interface Announced {
  /** Will return all of them, each with its info; null for no info. */
  Future<Map<String, String>> load();

  void add(String user, @Nullable String info);

  void remove(String user);

  /**
   * Will complete, on any thread, when all changes are safe. Does not fail.
   *
   * @return the users whose change is not stored, because another node owns the channel or the
   *     outcome is unknown. The next owner that loads the channel announces them
   */
  Future<Set<String>> save();
}
