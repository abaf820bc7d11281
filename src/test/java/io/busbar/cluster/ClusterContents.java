package io.busbar.cluster;

import com.hazelcast.collection.ISet;
import com.hazelcast.core.DistributedObject;
import com.hazelcast.map.IMap;
import com.hazelcast.multimap.MultiMap;
import io.busbar.TestGateway;
import io.vertx.core.internal.VertxInternal;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * The data of a cluster at one moment: every entry of each Hazelcast map, and all registrations.
 */
record ClusterContents(Map<String, Set<String>> entries) {
  private static final String LISTENERS = "listeners";

  static ClusterContents of(TestGateway node) {
    Map<String, Set<String>> all = new TreeMap<>();
    for (DistributedObject each : node.hazelcast().getDistributedObjects()) {
      Set<String> here = new TreeSet<>();
      if (each instanceof MultiMap<?, ?> map) {
        map.entrySet().forEach(entry -> here.add(entry.getKey() + " " + entry.getValue()));
      } else if (each instanceof IMap<?, ?> map) {
        map.keySet().forEach(key -> here.add(key.toString()));
      } else if (each instanceof ISet<?> set) {
        set.forEach(member -> here.add(member.toString()));
      }
      if (!here.isEmpty()) {
        all.put(each.getName(), here);
      }
    }
    Membership membership = (Membership) ((VertxInternal) node.vertx()).clusterManager();
    Set<String> listeners = new TreeSet<>();
    membership
        .interest()
        .all()
        .forEach(
            (address, who) ->
                who.stream()
                    .filter(one -> !one.localOnly())
                    .forEach(one -> listeners.add(address + " " + one.nodeId())));
    all.put(LISTENERS, listeners);
    return new ClusterContents(all);
  }

  /** Returns the figures about clients of a node. */
  static String clients(TestGateway node) {
    return "sessions %d, subscriptions %d, channels %d, outboxes %d, connections %d"
        .formatted(
            node.counters().sessionCount(),
            node.counters().subscriptionCount(),
            node.counters().channelCount(),
            node.counters().outboxByteCount(),
            node.connections().count());
  }
}
