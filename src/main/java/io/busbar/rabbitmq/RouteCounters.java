package io.busbar.rabbitmq;

import io.vertx.core.json.JsonObject;

/** The numbers of one route since it was deployed. They belong to the verticle's event loop. */
final class RouteCounters {
  /** Messages that came: from RabbitMQ, or from the bus. */
  long in;

  /** Messages that went on: to the bus, or to RabbitMQ for the first time. */
  long out;

  /** Messages that are done: acknowledged by us, or confirmed by RabbitMQ. */
  long confirmed;

  /** Messages given back: by us, or refused by RabbitMQ. */
  long nacked;

  /** Messages that no queue of RabbitMQ took. */
  long returned;

  /** Messages that are nowhere any more. */
  long dropped;

  /** Channels opened after the first. */
  long reconnects;

  JsonObject toJson() {
    return new JsonObject()
        .put("in", in)
        .put("out", out)
        .put("confirmed", confirmed)
        .put("nacked", nacked)
        .put("returned", returned)
        .put("dropped", dropped)
        .put("reconnects", reconnects);
  }
}
