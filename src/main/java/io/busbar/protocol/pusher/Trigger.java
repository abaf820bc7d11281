package io.busbar.protocol.pusher;

import io.busbar.hub.History;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.eventbus.DeliveryOptions;
import io.vertx.core.eventbus.EventBus;
import org.jspecify.annotations.Nullable;

/** Publishes the events of backends. Any thread may use it. */
final class Trigger {
  private final EventBus bus;
  private final @Nullable History history;

  /**
   * @param history null without streams
   */
  Trigger(Vertx vertx, @Nullable History history) {
    this.bus = vertx.eventBus();
    this.history = history;
  }

  /**
   * Publishes to all listeners of the channel in any protocol. The caller has validated the event
   * and the channel.
   *
   * @return completes when the event is published, on a stream when it is stored
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
