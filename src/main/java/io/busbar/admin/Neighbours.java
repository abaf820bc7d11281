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
  /** Answers {@code {healthy, reason, members: […]}}. */
  static final String CLUSTER = "busbar.cluster.status";

  /** Answers {@code {connected, uri, routes: [{name, in, out, …}]}}. */
  static final String RABBITMQ = "busbar.rabbitmq.status";

  /** Answers {@code {webhooks: [{name, sent, failed: {…}, dropped: {…}, …}]}}. */
  static final String WEBHOOKS = "busbar.webhook.status";

  private static final long TIMEOUT_MILLIS = 1_000;

  private final EventBus bus;

  Neighbours(EventBus bus) {
    this.bus = bus;
  }

  Future<JsonObject> cluster() {
    return ask(CLUSTER);
  }

  Future<JsonObject> rabbitMq() {
    return ask(RABBITMQ);
  }

  Future<JsonObject> webhooks() {
    return ask(WEBHOOKS);
  }

  private Future<JsonObject> ask(String address) {
    DeliveryOptions here = new DeliveryOptions().setLocalOnly(true).setSendTimeout(TIMEOUT_MILLIS);
    return bus.<JsonObject>request(address, null, here)
        .map(answer -> answer.body())
        .recover(
            cause ->
                cause instanceof ReplyException reply
                        && reply.failureType() == ReplyFailure.NO_HANDLERS
                    ? Future.succeededFuture()
                    : Future.failedFuture(cause));
  }
}
