package io.busbar.protocol.pusher;

import io.vertx.core.Vertx;
import io.vertx.core.eventbus.DeliveryOptions;
import io.vertx.core.eventbus.EventBus;

/** Publishes what backends say. Any thread may use it. */
final class Trigger {
  private final EventBus bus;

  Trigger(Vertx vertx) {
    this.bus = vertx.eventBus();
  }

  /**
   * Tells everyone who listens to the channel, in whatever protocol. Who calls has looked at what
   * may be said, and where.
   *
   * @param data as it was given, and as Pusher's clients will get it
   * @param socketId of the connection that must not hear it; null for none
   * @param user whose event it is; null for nobody's
   */
  void publish(
      PusherApp app, String channel, String name, String data, String socketId, String user) {
    PusherEvent event = PusherEvent.of(name, data, socketId, user);
    bus.publish(
        app.address(channel),
        event.payload().body(),
        new DeliveryOptions().setHeaders(event.headers()));
  }
}
