package io.busbar.admin;

import io.busbar.config.LimitsConfig;
import io.busbar.hub.InboundBudget;
import io.busbar.protocol.RequestBody;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.eventbus.EventBus;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.util.List;
import java.util.function.BiConsumer;

/**
 * {@code POST /api/publish} and {@code /api/send}: messages to all listeners of an address on every
 * node, or to one of them. All messages of a request are checked before the first is sent. Used by
 * the admin verticle's event loop.
 */
final class PublishApi {
  /** The largest body of a request, in messages of the largest size. */
  private static final int MESSAGES_OF_FULL_SIZE = 16;

  private final EventBus bus;
  private final LimitsConfig limits;
  private final InboundBudget inbound;

  PublishApi(EventBus bus, LimitsConfig limits, InboundBudget inbound) {
    this.bus = bus;
    this.limits = limits;
    this.inbound = inbound;
  }

  void mount(Router router) {
    router
        .post("/api/publish")
        .handler(routing -> take(routing, "published", Publication::publish));
    router.post("/api/send").handler(routing -> take(routing, "sent", Publication::send));
  }

  private void take(RoutingContext routing, String done, BiConsumer<Publication, EventBus> tell) {
    RequestBody.read(
        routing.request(),
        inbound,
        (int) Math.min(Integer.MAX_VALUE, limits.messageSize().bytes() * MESSAGES_OF_FULL_SIZE),
        0,
        body -> tell(routing, body, done, tell),
        (status, words) -> Answers.error(routing, status, words));
  }

  private void tell(
      RoutingContext routing, Buffer body, String done, BiConsumer<Publication, EventBus> tell) {
    try {
      List<Publication> all = read(routing, body);
      all.forEach(each -> tell.accept(each, bus));
      Answers.json(routing, 200, new JsonObject().put(done, all.size()));
    } catch (Publication.Fault e) {
      Answers.error(routing, e.status(), e.getMessage());
    } catch (RuntimeException e) {
      routing.fail(e);
    }
  }

  private List<Publication> read(RoutingContext routing, Buffer body) throws Publication.Fault {
    String type = routing.request().getHeader(HttpHeaders.CONTENT_TYPE);
    if (routing.queryParams().contains("address")) {
      String address = Query.parameter(routing, "address");
      return List.of(Publication.ofRaw(address, type, body, limits.addressLength()));
    }
    if (!Publication.essence(type).equals("application/json")) {
      throw Publication.unsupported();
    }
    return Publication.ofEnvelope(body, limits.addressLength());
  }
}
