package io.busbar.admin;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The state of a node, from which its alerts are decided. Nobody changes it.
 *
 * @param now the present numbers
 * @param minuteAgo the numbers of a minute ago; those of the start if the node is younger
 * @param heapFloor the least heap in use in the last minute, in bytes; 0 in the first minute
 * @param heapMax the largest size of the heap, in bytes
 * @param obstacles why the node is not ready, in words; empty if it is
 * @param cluster the answer of {@link ComponentStatus#CLUSTER}; null for a node without a cluster
 * @param rabbitMq the answer of {@link ComponentStatus#RABBITMQ}; null if none is configured
 * @param webhooks the answer of {@link ComponentStatus#WEBHOOKS}; null if there are none
 * @param neglected descriptions of queues that have had messages for too long, and no consumer
 */
record NodeStatus(
    Sample now,
    Sample minuteAgo,
    long heapFloor,
    long heapMax,
    List<String> obstacles,
    @Nullable JsonObject cluster,
    @Nullable JsonObject rabbitMq,
    @Nullable JsonObject webhooks,
    List<JsonObject> neglected) {

  /** Returns the number of nodes that this one sees, with itself; 0 without a cluster. */
  int memberCount() {
    JsonArray members = cluster == null ? null : cluster.getJsonArray("members");
    return members == null ? 0 : members.size();
  }

  /** Returns the members that left without saying so. */
  Stream<JsonObject> left() {
    return objects(cluster, "left");
  }

  Stream<JsonObject> routes() {
    return objects(rabbitMq, "routes");
  }

  Stream<JsonObject> hooks() {
    return objects(webhooks, "webhooks");
  }

  private static Stream<JsonObject> objects(@Nullable JsonObject of, String field) {
    JsonArray all = of == null ? null : of.getJsonArray(field);
    return all == null ? Stream.empty() : all.stream().map(JsonObject.class::cast);
  }

  /** Returns the number of messages that RabbitMQ's routes have lost. */
  static long routeLosses(@Nullable JsonObject rabbitMq) {
    return objects(rabbitMq, "routes")
        .mapToLong(route -> route.getLong("dropped", 0L) + route.getLong("returned", 0L))
        .sum();
  }
}
