package io.busbar.admin;

import io.vertx.core.Future;
import io.vertx.core.eventbus.DeliveryOptions;
import io.vertx.core.eventbus.EventBus;
import io.vertx.core.eventbus.ReplyException;
import io.vertx.core.eventbus.ReplyFailure;
import io.vertx.core.json.JsonObject;
import org.jspecify.annotations.Nullable;

/**
 * The questions to other parts of this node, over the bus. The answer of a part that is not there
 * is null. It fails if a part does not answer in time. Immutable. Any thread may use it.
 */
final class ComponentStatus {
  /** Answers {@code {healthy, reason, members: […], left: […]}}. */
  static final String CLUSTER = "busbar.cluster.status";

  /** Answers {@code {connected, uri, routes: [{name, in, out, …}]}}. */
  static final String RABBITMQ = "busbar.rabbitmq.status";

  /** Answers {@code {webhooks: [{name, sent, failed: {…}, dropped: {…}, …}]}}. */
  static final String WEBHOOKS = "busbar.webhook.status";

  /** A header that asks the cluster for the registrations of each node, too. */
  private static final String TOTALS = "totals";

  private static final long TIMEOUT_MILLIS = 1_000;

  private final EventBus bus;

  ComponentStatus(EventBus bus) {
    this.bus = bus;
  }

  /** Will return the state of the cluster; null for a node without one. */
  Future<@Nullable JsonObject> cluster() {
    return ask(CLUSTER, options());
  }

  /** Will return the same with the registrations of each node, which are counted for each call. */
  Future<@Nullable JsonObject> clusterWithTotals() {
    return ask(CLUSTER, options().addHeader(TOTALS, "true"));
  }

  /** Will return the state of RabbitMQ and its routes; null if none is configured. */
  Future<@Nullable JsonObject> rabbitMq() {
    return ask(RABBITMQ, options());
  }

  /** Will return the state of the webhooks; null if there are none. */
  Future<@Nullable JsonObject> webhooks() {
    return ask(WEBHOOKS, options());
  }

  private static DeliveryOptions options() {
    return new DeliveryOptions().setLocalOnly(true).setSendTimeout(TIMEOUT_MILLIS);
  }

  private Future<@Nullable JsonObject> ask(String address, DeliveryOptions options) {
    return bus.<JsonObject>request(address, null, options)
        .map(answer -> answer.body())
        .recover(
            cause ->
                cause instanceof ReplyException reply
                        && reply.failureType() == ReplyFailure.NO_HANDLERS
                    ? Future.succeededFuture()
                    : Future.failedFuture(cause));
  }
}
