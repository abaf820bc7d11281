package io.busbar.protocol.pusher;

import io.busbar.config.WebhookConfig;
import io.busbar.hub.History;
import io.busbar.hub.Hub;
import io.busbar.hub.Refusal;
import io.busbar.hub.Session;
import io.vertx.core.json.JsonObject;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.TimeUnit;

/**
 * The events that a client sends to the others in its channels. Owned by the session's event loop.
 */
final class ClientEvents {
  /** Prefix of the names of such events. */
  static final String PREFIX = "client-";

  private static final long SECOND_NANOS = TimeUnit.SECONDS.toNanos(1);

  private final PusherNode node;
  private final Hub hub;
  private final PusherApp app;
  private final Session session;
  private final PusherSubscriptions subscriptions;
  private long second = System.nanoTime() - SECOND_NANOS;
  private int count;

  ClientEvents(PusherNode node, PusherApp app, Session session, PusherSubscriptions subscriptions) {
    this.node = node;
    this.hub = node.hub();
    this.app = app;
    this.session = session;
    this.subscriptions = subscriptions;
  }

  /** Publishes the event to all others in the channel. */
  void handle(PusherMessage message) throws PusherException {
    Membership membership = message.channel() == null ? null : subscriptions.of(message.channel());
    if (!app.config().clientEvents()) {
      throw refused(Refusal.ACCESS_DENIED, "the application has no client events");
    }
    if (membership == null) {
      throw refused(Refusal.ACCESS_DENIED, "client events are for channels that one is in");
    }
    if (!membership.channel().takesClientEvents()) {
      throw refused(Refusal.ACCESS_DENIED, "client events are for private and presence channels");
    }
    String data = message.data() == null ? "" : message.data();
    if (data.getBytes(StandardCharsets.UTF_8).length > app.limits().eventSize().bytes()) {
      throw refused(Refusal.MESSAGE_TOO_BIG, "the data of an event is too large");
    }
    if (!mayTalk()) {
      throw refused(Refusal.TOO_MANY_MESSAGES, "too many client events a second");
    }
    publish(membership, message.event(), data);
  }

  private void publish(Membership membership, String event, String data) throws PusherException {
    String user = membership.who() == null ? null : membership.who().id();
    PusherEvent published = PusherEvent.of(event, data, session.id(), user);
    // A cache channel keeps only the last event of its backend.
    published.headers().add(History.PASSING, "client event");
    Refusal refusal =
        hub.publishTrusted(
            session, app.address(membership.name()), published.payload(), published.headers());
    if (refusal != null) {
      throw new PusherException(PusherException.CLIENT_EVENT, refusal.words());
    }
    node.sendToWebhooks(
        app,
        new JsonObject()
            .put("name", WebhookConfig.CLIENT_EVENT)
            .put("channel", app.address(membership.name()))
            .put("event", event)
            .put("data", data)
            .put("socket_id", session.id())
            .put("user", user));
  }

  private PusherException refused(Refusal why, String words) {
    hub.admission().refuse(why);
    return new PusherException(PusherException.CLIENT_EVENT, words);
  }

  private boolean mayTalk() {
    long now = System.nanoTime();
    if (now - second >= SECOND_NANOS) {
      second = now;
      count = 0;
    }
    return ++count <= app.limits().clientEvents();
  }
}
