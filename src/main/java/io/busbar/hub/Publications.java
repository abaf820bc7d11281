package io.busbar.hub;

import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.core.MultiMap;
import io.vertx.core.Vertx;
import io.vertx.core.eventbus.DeliveryContext;
import io.vertx.core.eventbus.DeliveryOptions;
import io.vertx.core.eventbus.EventBus;
import io.vertx.core.eventbus.Message;
import io.vertx.core.eventbus.MessageConsumer;
import io.vertx.core.eventbus.impl.OutboundDeliveryContext;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BiConsumer;

/**
 * What is published on addresses that match a pattern, whoever publishes it: an interceptor on each
 * node copies what matches a pattern of any node to one address, on which each node with patterns
 * has one consumer. Nodes tell each other their patterns when these change and every few seconds.
 * The books belong to one event loop; {@link #see} runs on the publisher's thread and reads only
 * what is published to it.
 */
final class Publications {
  static final String COPIES = "busbar.publications";
  private static final String PATTERNS = "busbar.publications.patterns";
  private static final String ADDRESS = "busbar-address";
  private static final String OURS = "busbar.";
  private static final String REPLIES = "__vertx.";
  private static final long TELL_MILLIS = 3_000;
  private static final long BELIEVE_MILLIS = 10_000;
  private static final int MOST_REMEMBERED = 10_000;

  private record Told(List<AddressPattern> patterns, long until) {}

  /** Who wants what; what was found out about an address is remembered with it. */
  private record Wanted(
      List<AddressPattern> here, List<AddressPattern> elsewhere, Map<String, Integer> known) {
    private static final int NOBODY = 0;
    private static final int HERE = 1;
    private static final int ELSEWHERE = 2;

    private int who(String address) {
      Integer who = known.get(address);
      if (who == null) {
        who = matches(elsewhere, address) ? ELSEWHERE : matches(here, address) ? HERE : NOBODY;
        if (known.size() < MOST_REMEMBERED) {
          known.put(address, who);
        }
      }
      return who;
    }

    private static boolean matches(List<AddressPattern> patterns, String address) {
      for (AddressPattern pattern : patterns) {
        if (pattern.matches(address)) {
          return true;
        }
      }
      return false;
    }
  }

  private final EventBus bus;
  private final boolean clustered;
  private final Context owner;
  private final String node = UUID.randomUUID().toString();
  private final Handler<DeliveryContext<Object>> interceptor = this::intercept;
  private final Map<AddressPattern, BiConsumer<String, Message<Object>>> listeners =
      new HashMap<>();
  private final Map<String, Told> others = new HashMap<>();
  private MessageConsumer<Object> consumer;
  private boolean intercepting;
  private volatile Wanted wanted = new Wanted(List.of(), List.of(), Map.of());

  Publications(Vertx vertx, Context owner) {
    this.bus = vertx.eventBus();
    this.clustered = vertx.isClustered();
    this.owner = owner;
    if (clustered) {
      owner.runOnContext(
          nothing -> {
            bus.<JsonObject>consumer(PATTERNS, message -> told(message.body()));
            bus.publish(PATTERNS, new JsonObject().put("node", node).put("who", true));
            vertx.setPeriodic(TELL_MILLIS, timer -> tick());
          });
    }
  }

  /** Completes when this node will hear what is published here; the others are told at once. */
  Future<Void> listen(AddressPattern pattern, BiConsumer<String, Message<Object>> listener) {
    io.vertx.core.Promise<Void> listening = io.vertx.core.Promise.promise();
    owner.runOnContext(
        nothing -> {
          listeners.put(pattern, listener);
          if (consumer == null) {
            consumer = bus.consumer(COPIES);
            consumer.handler(this::copied);
          }
          changed();
          consumer.completion().onComplete(listening);
        });
    return listening.future();
  }

  void ignore(AddressPattern pattern) {
    owner.runOnContext(
        nothing -> {
          listeners.remove(pattern);
          if (listeners.isEmpty() && consumer != null) {
            consumer.unregister();
            consumer = null;
          }
          changed();
        });
  }

  private void changed() {
    refresh();
    tell();
  }

  private void refresh() {
    List<AddressPattern> elsewhere =
        others.values().stream().flatMap(told -> told.patterns().stream()).toList();
    wanted = new Wanted(List.copyOf(listeners.keySet()), elsewhere, new ConcurrentHashMap<>());
    boolean needed = !listeners.isEmpty() || !elsewhere.isEmpty();
    if (needed && !intercepting) {
      bus.addOutboundInterceptor(interceptor);
    } else if (!needed && intercepting) {
      bus.removeOutboundInterceptor(interceptor);
    }
    intercepting = needed;
  }

  private void tell() {
    if (clustered) {
      JsonArray patterns = new JsonArray();
      listeners.keySet().forEach(pattern -> patterns.add(pattern.toString()));
      bus.publish(PATTERNS, new JsonObject().put("node", node).put("patterns", patterns));
    }
  }

  private void told(JsonObject message) {
    String from = message.getString("node");
    if (node.equals(from)) {
      return;
    }
    if (message.containsKey("who")) {
      tell();
      return;
    }
    List<AddressPattern> patterns =
        message.getJsonArray("patterns").stream()
            .map(pattern -> AddressPattern.of((String) pattern))
            .toList();
    Told before = others.get(from);
    if (patterns.isEmpty()) {
      others.remove(from);
    } else {
      others.put(from, new Told(patterns, System.currentTimeMillis() + BELIEVE_MILLIS));
    }
    boolean same =
        before == null ? patterns.isEmpty() : texts(before.patterns()).equals(texts(patterns));
    if (!same) {
      refresh();
    }
  }

  private static List<String> texts(List<AddressPattern> patterns) {
    return patterns.stream().map(AddressPattern::toString).sorted().toList();
  }

  private void tick() {
    if (!listeners.isEmpty()) {
      tell();
    }
    if (others.values().removeIf(told -> told.until() < System.currentTimeMillis())) {
      refresh();
    }
  }

  private void intercept(DeliveryContext<Object> delivery) {
    delivery.next();
    if (!delivery.send()) {
      boolean local =
          delivery instanceof OutboundDeliveryContext<?> outbound && outbound.options.isLocalOnly();
      see(delivery.message().address(), delivery.body(), delivery.message().headers(), local);
    }
  }

  private void see(String address, Object body, MultiMap headers, boolean local) {
    if (address.startsWith(OURS) || address.startsWith(REPLIES)) {
      return;
    }
    int who = wanted.who(address);
    if (who != Wanted.NOBODY && Payload.ofBody(body) != null) {
      DeliveryOptions options = new DeliveryOptions().setLocalOnly(local || who == Wanted.HERE);
      headers.forEach(header -> options.addHeader(header.getKey(), header.getValue()));
      bus.publish(COPIES, body, options.addHeader(ADDRESS, address));
    }
  }

  private void copied(Message<Object> message) {
    String address = message.headers().get(ADDRESS);
    if (address != null && !message.isSend()) {
      message.headers().remove(ADDRESS);
      listeners.forEach(
          (pattern, listener) -> {
            if (pattern.matches(address)) {
              listener.accept(address, message);
            }
          });
    }
  }
}
