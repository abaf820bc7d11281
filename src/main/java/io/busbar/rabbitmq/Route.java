package io.busbar.rabbitmq;

import io.vertx.core.Future;
import io.vertx.core.json.JsonObject;

/** One direction between RabbitMQ and the bus. Belongs to the verticle's event loop. */
interface Route {
  Future<?> start();

  /** Will take nothing new, and finish within so many milliseconds what is under way. */
  Future<Void> stop(long millis);

  /** Its name, its state and its numbers. */
  JsonObject status();
}
