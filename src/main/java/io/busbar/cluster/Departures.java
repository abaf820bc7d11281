package io.busbar.cluster;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.Deque;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedDeque;

/**
 * The nodes that left without saying so and have not come back. They were killed, cut off, or stood
 * still for too long. Any thread may use it.
 */
final class Departures {
  /** The time for which a departure is shown. */
  private static final long REMEMBERED_MILLIS = 15 * 60_000;

  private static final int MOST = 16;
  private static final int MOST_SAID = 1_000;

  private record DepartedNode(String address, long millis) {}

  private final Set<String> said = ConcurrentHashMap.newKeySet();
  private final Deque<DepartedNode> departed = new ConcurrentLinkedDeque<>();

  /** Notes that a node has said that it is about to leave. */
  void saysSo(String node) {
    if (said.size() < MOST_SAID) {
      said.add(node);
    }
  }

  /**
   * Notes that a node is no longer a member. It is not shown if it has said so.
   *
   * @param node id of the node; null if it is not known
   * @param nowMillis in milliseconds since 1970
   */
  void left(String node, String address, long nowMillis) {
    if (node != null && said.remove(node)) {
      return;
    }
    departed.addLast(new DepartedNode(address, nowMillis));
    while (departed.size() > MOST) {
      departed.pollFirst();
    }
  }

  /** Forgets the departures from that address, because a node there is a member again. */
  void joined(String address) {
    departed.removeIf(one -> one.address().equals(address));
  }

  /**
   * Returns {@code [{"address":…, "time":…}]}, the oldest first, with the time in milliseconds
   * since 1970.
   */
  JsonArray toJson(long nowMillis) {
    departed.removeIf(one -> nowMillis - one.millis() > REMEMBERED_MILLIS);
    JsonArray all = new JsonArray();
    departed.forEach(
        one -> all.add(new JsonObject().put("address", one.address()).put("time", one.millis())));
    return all;
  }
}
