package io.busbar.admin;

import io.vertx.core.Future;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;

/**
 * {@code /api/routes}: the state of this node's RabbitMQ routes and webhooks. Used by the admin
 * verticle's event loop.
 */
final class RoutesApi {
  private final ComponentStatus components;

  RoutesApi(ComponentStatus components) {
    this.components = components;
  }

  void mount(Router router) {
    router.get("/api/routes").handler(this::routes);
  }

  /** Answers with both; {@code rabbitmq} is null if it is not configured. */
  private void routes(RoutingContext routing) {
    Future<JsonObject> rabbitMq = components.rabbitMq();
    Future<JsonObject> webhooks = components.webhooks();
    Future.join(rabbitMq, webhooks)
        .onComplete(
            asked -> {
              if (asked.failed()) {
                Answers.error(routing, 503, "the routes of this node do not answer");
              } else {
                JsonObject hooks = webhooks.result();
                Answers.json(
                    routing,
                    200,
                    new JsonObject()
                        .put("rabbitmq", rabbitMq.result())
                        .put(
                            "webhooks",
                            hooks == null ? new JsonArray() : hooks.getJsonArray("webhooks")));
              }
            });
  }
}
