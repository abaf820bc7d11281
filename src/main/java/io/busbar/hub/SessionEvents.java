package io.busbar.hub;

import io.busbar.config.Config;
import io.busbar.config.WebhookConfig;
import io.vertx.core.eventbus.DeliveryOptions;
import io.vertx.core.eventbus.EventBus;
import io.vertx.core.json.JsonObject;

/**
 * The events about sessions for webhooks, where one is configured for them. Webhooks count the
 * events that they do not accept. Used on the event loop of the session.
 */
final class SessionEvents {
  private static final DeliveryOptions LOCAL = new DeliveryOptions().setLocalOnly(true);

  private final EventBus bus;
  private final boolean opened;
  private final boolean closed;

  SessionEvents(EventBus bus, Config config) {
    this.bus = bus;
    this.opened = config.hasWebhookFor(WebhookConfig.SESSION_OPENED);
    this.closed = config.hasWebhookFor(WebhookConfig.SESSION_CLOSED);
  }

  void opened(Session session) {
    if (opened) {
      tell(session, WebhookConfig.SESSION_OPENED);
    }
  }

  void closed(Session session) {
    if (closed) {
      tell(session, WebhookConfig.SESSION_CLOSED);
    }
  }

  private void tell(Session session, String name) {
    JsonObject event =
        new JsonObject()
            .put("name", name)
            .put("session", session.id())
            .put("protocol", session.protocol())
            .put("time", System.currentTimeMillis());
    if (session.user() != null) {
      event.put("user", session.user());
    }
    session.loop().context().emit(event, one -> bus.request(Hub.EVENTS, one, LOCAL));
  }
}
