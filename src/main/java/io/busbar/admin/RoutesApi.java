package io.busbar.admin;

import io.vertx.core.Future;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;

/** {@code /api/routes}: RabbitMQ's routes and webhooks, as they are on this node. */
final class RoutesApi {
  private final Neighbours neighbours;

  RoutesApi(Neighbours neighbours) {
    this.neighbours = neighbours;
  }

  void mount(Router router) {
    router.get("/api/routes").handler(this::routes);
  }

  /** RabbitMQ that is not configured is null. */
  private void routes(RoutingContext routing) {
    Future<JsonObject> rabbitMq = neighbours.rabbitMq();
    Future<JsonObject> webhooks = neighbours.webhooks();
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
