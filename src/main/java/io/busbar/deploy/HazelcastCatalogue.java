package io.busbar.deploy;

import com.hazelcast.core.HazelcastInstance;
import com.hazelcast.map.IMap;
import io.busbar.cluster.RetriedWrites;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The catalogue in a map of Hazelcast. Each node has its records on disk too. It writes them into
 * the map if they are newer there. So nothing is lost when nodes with entries of the map fail. Any
 * thread may use it.
 */
public final class HazelcastCatalogue implements FeatureCatalogue {
  private final Vertx vertx;
  private final IMap<String, String> entries;

  /** Opens the map of that name. It may block, so call it on a worker thread. */
  public HazelcastCatalogue(Vertx vertx, HazelcastInstance hazelcast, String name) {
    this.vertx = vertx;
    this.entries = hazelcast.getMap(name);
  }

  @Override
  public Future<Map<String, FeatureRecord>> all() {
    return vertx.executeBlocking(
        () -> {
          Map<String, FeatureRecord> all = new HashMap<>();
          entries.values().forEach(text -> put(all, FeatureRecord.of(new JsonObject(text))));
          return all;
        },
        false);
  }

  private static void put(Map<String, FeatureRecord> all, FeatureRecord one) {
    all.put(one.name(), one);
  }

  /**
   * Repeats a write with an uncertain result. The repeated write accepts that the first one was
   * done.
   */
  @Override
  public Future<Boolean> replace(@Nullable FeatureRecord before, FeatureRecord now) {
    String next = text(now);
    return RetriedWrites.untilCertain(
        () ->
            vertx.executeBlocking(
                () ->
                    before == null
                        ? isOr(entries.putIfAbsent(now.name(), next), next)
                        : entries.replace(now.name(), text(before), next)
                            || next.equals(entries.get(now.name())),
                false));
  }

  private static boolean isOr(@Nullable String there, String next) {
    return there == null || there.equals(next);
  }

  private static String text(FeatureRecord feature) {
    return feature.toJson().encode();
  }
}
