package io.busbar.admin;

import io.busbar.config.Config.Limits;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.eventbus.EventBus;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import io.vertx.ext.web.handler.BodyHandler;
import java.util.List;
import java.util.function.BiConsumer;

/**
 * {@code POST /api/publish} and {@code /api/send}: a message for everyone who listens to an address
 * on any node, or for one of them. Of several in one request all are checked before any is sent.
 */
final class PublishApi {
  /** One request may bring many messages. */
  private static final int MESSAGES_OF_FULL_SIZE = 16;

  private final EventBus bus;
  private final Limits limits;

  PublishApi(EventBus bus, Limits limits) {
    this.bus = bus;
    this.limits = limits;
  }

  void mount(Router router) {
    long most = limits.messageSize().bytes() * MESSAGES_OF_FULL_SIZE;
    BodyHandler body = BodyHandler.create(false).setBodyLimit(most);
    router
        .post("/api/publish")
        .handler(body)
        .handler(routing -> tell(routing, "published", Publication::publish));
    router
        .post("/api/send")
        .handler(body)
        .handler(routing -> tell(routing, "sent", Publication::send));
  }

  private void tell(RoutingContext routing, String done, BiConsumer<Publication, EventBus> tell) {
    try {
      List<Publication> all = read(routing);
      all.forEach(each -> tell.accept(each, bus));
      Answers.json(routing, 200, new JsonObject().put(done, all.size()));
    } catch (Publication.Fault e) {
      Answers.error(routing, e.status(), e.getMessage());
    }
  }

  private List<Publication> read(RoutingContext routing) throws Publication.Fault {
    Buffer body = routing.body().buffer() == null ? Buffer.buffer() : routing.body().buffer();
    String type = routing.request().getHeader(HttpHeaders.CONTENT_TYPE);
    if (routing.queryParams().contains("address")) {
      String address = CensusApi.parameter(routing, "address");
      return List.of(Publication.ofRaw(address, type, body, limits.addressLength()));
    }
    if (!Publication.essence(type).equals("application/json")) {
      throw Publication.unsupported();
    }
    return Publication.ofEnvelope(body, limits.addressLength());
  }
}
