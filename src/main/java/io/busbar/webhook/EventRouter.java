package io.busbar.webhook;

import io.busbar.config.WebhookConfig;
import io.busbar.hub.AddressIndex;
import io.busbar.hub.Hub;
import io.busbar.hub.Payload;
import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.core.MultiMap;
import io.vertx.core.Vertx;
import io.vertx.core.eventbus.DeliveryContext;
import io.vertx.core.eventbus.Message;
import io.vertx.core.eventbus.MessageConsumer;
import io.vertx.core.json.EncodeException;
import io.vertx.core.json.JsonObject;
import java.util.Base64;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Puts the events and the publications of this node into the queues of the webhooks that want them.
 * Each event has an id, by which receivers recognize a repeated one. Any thread may use its maps,
 * which never change. Events are examined on the verticle's event loop, publications on the
 * publisher's thread.
 */
final class EventRouter {
  /** Failure code: the message is not an event. */
  static final int NO_EVENT = 7202;

  /**
   * Failure code: a webhook that wants the event will not get it. A repeated request would not
   * help.
   */
  static final int NOT_KEPT = 7203;

  private static final String NO_CHANNEL = "";
  private static final Set<String> NO_CHANNELS =
      Set.of(WebhookConfig.SESSION_OPENED, WebhookConfig.SESSION_CLOSED);

  /** One of the patterns of a webhook. */
  private record Subscription(String pattern, Webhook webhook) {}

  private final Vertx vertx;
  private final Predicate<String> isKeptFromAll;
  private final Map<String, AddressIndex<Subscription>> subscriptions = new HashMap<>();
  private final AtomicLong number = new AtomicLong();
  private final String ids = UUID.randomUUID() + "-";
  private final Handler<DeliveryContext<Object>> interceptor = this::intercept;
  private @Nullable MessageConsumer<Object> events;

  /**
   * @param isKeptFromAll whether no client may listen to the address, so that no pattern matches it
   */
  EventRouter(Vertx vertx, List<Webhook> webhooks, Predicate<String> isKeptFromAll) {
    this.vertx = vertx;
    this.isKeptFromAll = isKeptFromAll;
    for (Webhook webhook : webhooks) {
      for (String event : webhook.config().events()) {
        AddressIndex<Subscription> index =
            subscriptions.computeIfAbsent(event, name -> new AddressIndex<>());
        patterns(webhook.config(), event)
            .forEach(pattern -> index.add(pattern, new Subscription(pattern, webhook)));
      }
    }
  }

  private static List<String> patterns(WebhookConfig webhook, String event) {
    return NO_CHANNELS.contains(event) ? List.of(NO_CHANNEL) : webhook.channels();
  }

  Future<Void> start() {
    if (subscriptions.containsKey(WebhookConfig.MESSAGE)) {
      vertx.eventBus().addOutboundInterceptor(interceptor);
    }
    MessageConsumer<Object> consumer = vertx.eventBus().localConsumer(Hub.EVENTS, this::onEvent);
    events = consumer;
    return consumer.completion();
  }

  void stop() {
    if (events != null) {
      vertx.eventBus().removeOutboundInterceptor(interceptor);
      events.unregister();
    }
  }

  private void onEvent(Message<Object> message) {
    JsonObject event = message.body() instanceof JsonObject object ? object : new JsonObject();
    if (!(event.getValue("name") instanceof String name && WebhookConfig.EVENTS.contains(name))
        || !(event.getValue("channel", NO_CHANNEL) instanceof String channel)
        || !(event.getValue("time", 0) instanceof Number)) {
      message.fail(NO_EVENT, "an event has a name of " + WebhookConfig.EVENTS);
      return;
    }
    Set<Webhook> webhooks = whoWants(name, channel);
    keep(webhooks, event)
        .onSuccess(kept -> message.reply(null))
        .onFailure(e -> message.fail(NOT_KEPT, "a webhook's queue does not take it"));
  }

  private Future<Void> keep(Set<Webhook> webhooks, JsonObject event) {
    if (webhooks.isEmpty()) {
      return Future.succeededFuture();
    }
    JsonObject whole = new JsonObject().put("id", ids + number.incrementAndGet()).mergeIn(event);
    if (!whole.containsKey("time")) {
      whole.put("time", System.currentTimeMillis());
    }
    String encoded = whole.encode();
    long time = whole.getLong("time");
    return Future.join(webhooks.stream().map(each -> each.keep(encoded, time)).toList()).mapEmpty();
  }

  private Set<Webhook> whoWants(String event, String channel) {
    AddressIndex<Subscription> index = subscriptions.get(event);
    if (index == null) {
      return Set.of();
    }
    Set<Webhook> who = new LinkedHashSet<>();
    index.find(
        channel,
        subscription -> {
          boolean onEvent = subscription.pattern().equals(channel) || !isKeptFromAll.test(channel);
          if (onEvent && subscription.webhook().format().takes(event, channel)) {
            who.add(subscription.webhook());
          }
        });
    return who;
  }

  private void intercept(DeliveryContext<Object> delivery) {
    delivery.next();
    String address = delivery.message().address();
    if (!delivery.send() && !Hub.isInternal(address)) {
      Set<Webhook> webhooks = whoWants(WebhookConfig.MESSAGE, address);
      Payload payload = webhooks.isEmpty() ? null : Payload.ofBody(delivery.body());
      if (payload != null) {
        published(webhooks, address, delivery.message().headers(), payload);
      }
    }
  }

  /** Keeps a publication. A failure is not reported to the publisher. */
  private void published(Set<Webhook> webhooks, String address, MultiMap headers, Payload payload) {
    try {
      keep(webhooks, publication(address, headers, payload));
    } catch (EncodeException e) {
      webhooks.forEach(webhook -> webhook.notKept("a publication is no JSON"));
    }
  }

  private static JsonObject publication(String address, MultiMap headers, Payload payload) {
    JsonObject event = new JsonObject().put("name", WebhookConfig.MESSAGE).put("channel", address);
    for (String identity : List.of("user", "session")) {
      if (headers.contains(identity)) {
        event.put(identity, headers.get(identity));
      }
    }
    return payload.kind() == Payload.Kind.BYTES
        ? event
            .put("data", Base64.getEncoder().encodeToString(payload.raw()))
            .put("encoding", "base64")
        : event.put("data", payload.body());
  }
}
