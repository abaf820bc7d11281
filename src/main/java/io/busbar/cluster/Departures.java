package io.busbar.cluster;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.Deque;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedDeque;

/**
 * The nodes that left without saying so before, and have not come back: those that were killed, cut
 * off or stood still for too long. Any thread may use it.
 */
final class Departures {
  /** After that nobody looks for it any more. */
  private static final long REMEMBERED_MILLIS = 15 * 60_000;

  private static final int MOST = 16;
  private static final int MOST_SAID = 1_000;

  private record Gone(String address, long millis) {}

  private final Set<String> said = ConcurrentHashMap.newKeySet();
  private final Deque<Gone> gone = new ConcurrentLinkedDeque<>();

  /** A node says that it is about to leave. */
  void saysSo(String node) {
    if (said.size() < MOST_SAID) {
      said.add(node);
    }
  }

  /** A node is a member no more. */
  void left(String node, String address, long nowMillis) {
    if (node != null && said.remove(node)) {
      return;
    }
    gone.addLast(new Gone(address, nowMillis));
    while (gone.size() > MOST) {
      gone.pollFirst();
    }
  }

  /** A node is a member, be it another one at the same place. */
  void joined(String address) {
    gone.removeIf(one -> one.address().equals(address));
  }

  /** {@code [{"address":…, "time":…}]}, in milliseconds since 1970, the oldest first. */
  JsonArray toJson(long nowMillis) {
    gone.removeIf(one -> nowMillis - one.millis() > REMEMBERED_MILLIS);
    JsonArray all = new JsonArray();
    gone.forEach(
        one -> all.add(new JsonObject().put("address", one.address()).put("time", one.millis())));
    return all;
  }
}
