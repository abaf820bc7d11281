package io.busbar.admin;

import io.vertx.core.Future;
import io.vertx.core.eventbus.DeliveryOptions;
import io.vertx.core.eventbus.EventBus;
import io.vertx.core.eventbus.ReplyException;
import io.vertx.core.eventbus.ReplyFailure;
import io.vertx.core.json.JsonObject;

/**
 * What other parts of this node say of themselves when asked on the bus. One that is not there is
 * null; one that does not answer in time fails.
 */
final class Neighbours {
  /** Answers {@code {healthy, reason, members: […], left: […]}}. */
  static final String CLUSTER = "busbar.cluster.status";

  /** Answers {@code {connected, uri, routes: [{name, in, out, …}]}}. */
  static final String RABBITMQ = "busbar.rabbitmq.status";

  /** Answers {@code {webhooks: [{name, sent, failed: {…}, dropped: {…}, …}]}}. */
  static final String WEBHOOKS = "busbar.webhook.status";

  /** A header of the question for the cluster. */
  private static final String TOTALS = "totals";

  private static final long TIMEOUT_MILLIS = 1_000;

  private final EventBus bus;

  Neighbours(EventBus bus) {
    this.bus = bus;
  }

  Future<JsonObject> cluster() {
    return ask(CLUSTER, options());
  }

  /** The same, with how many listen on each node: that is looked for each time. */
  Future<JsonObject> clusterWithTotals() {
    return ask(CLUSTER, options().addHeader(TOTALS, "true"));
  }

  Future<JsonObject> rabbitMq() {
    return ask(RABBITMQ, options());
  }

  Future<JsonObject> webhooks() {
    return ask(WEBHOOKS, options());
  }

  private static DeliveryOptions options() {
    return new DeliveryOptions().setLocalOnly(true).setSendTimeout(TIMEOUT_MILLIS);
  }

  private Future<JsonObject> ask(String address, DeliveryOptions options) {
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
