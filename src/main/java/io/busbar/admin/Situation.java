package io.busbar.admin;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.stream.Stream;

/**
 * All that alerts are decided by. Nobody changes it.
 *
 * @param now what is counted now
 * @param minuteAgo and what was a minute ago, or when the node started
 * @param heapFloor the least heap that was in use within the last minute
 * @param heapMax bytes that it may have
 * @param obstacles why the node is not ready, in words; empty where it is
 * @param cluster what {@link Neighbours#CLUSTER} said; null for a node alone
 * @param rabbitMq the same; null where none is configured
 * @param webhooks the same; null where there are none
 * @param neglected queues that have messages for too long and no consumer, described
 */
record Situation(
    Numbers now,
    Numbers minuteAgo,
    long heapFloor,
    long heapMax,
    List<String> obstacles,
    JsonObject cluster,
    JsonObject rabbitMq,
    JsonObject webhooks,
    List<JsonObject> neglected) {

  /** The nodes that this one sees, itself among them; 0 where there is no cluster. */
  int memberCount() {
    JsonArray members = cluster == null ? null : cluster.getJsonArray("members");
    return members == null ? 0 : members.size();
  }

  /** Members that left without a word. */
  Stream<JsonObject> left() {
    return objects(cluster, "left");
  }

  Stream<JsonObject> routes() {
    return objects(rabbitMq, "routes");
  }

  Stream<JsonObject> hooks() {
    return objects(webhooks, "webhooks");
  }

  private static Stream<JsonObject> objects(JsonObject of, String field) {
    JsonArray all = of == null ? null : of.getJsonArray(field);
    return all == null ? Stream.empty() : all.stream().map(JsonObject.class::cast);
  }

  /** Messages that RabbitMQ's routes have lost. */
  static long routeLosses(JsonObject rabbitMq) {
    return objects(rabbitMq, "routes")
        .mapToLong(route -> route.getLong("dropped", 0L) + route.getLong("returned", 0L))
        .sum();
  }
}
