package io.busbar.protocol.pusher;

import io.busbar.hub.History;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.eventbus.DeliveryOptions;
import io.vertx.core.eventbus.EventBus;
import org.jspecify.annotations.Nullable;

/** Publishes what backends say. Any thread may use it. */
final class Trigger {
  private final EventBus bus;
  private final @Nullable History history;

  /**
   * @param history null where no channel is a stream
   */
  Trigger(Vertx vertx, @Nullable History history) {
    this.bus = vertx.eventBus();
    this.history = history;
  }

  /**
   * Tells everyone who listens to the channel, in whatever protocol. Who calls has looked at what
   * may be said, and where.
   *
   * @return completes when it is on its way, on a stream when it is kept there
   */
  Future<Void> publish(PusherApp app, String channel, PusherEvent event) {
    String address = app.address(channel);
    if (history != null && history.keeps(address)) {
      return history.publish(address, event.payload(), event.headers(), "");
    }
    bus.publish(address, event.payload().body(), new DeliveryOptions().setHeaders(event.headers()));
    return Future.succeededFuture();
  }
}
