package io.busbar.hub;

import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.core.MultiMap;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.eventbus.DeliveryContext;
import io.vertx.core.eventbus.DeliveryOptions;
import io.vertx.core.eventbus.EventBus;
import io.vertx.core.eventbus.Message;
import io.vertx.core.eventbus.MessageConsumer;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The delivery of publications on addresses that match a pattern. An interceptor on each node
 * copies publications that match a pattern of any node to one address. Each node with patterns has
 * one consumer there. One event loop owns the state; {@link #see} runs on the publisher's thread
 * and only reads.
 */
final class Publications {
  static final String COPIES = "busbar.publications";
  private static final String ADDRESS = "busbar-address";
  private static final int MOST_REMEMBERED = 10_000;

  /** The nodes with a matching pattern for an address. */
  private enum Who {
    NOBODY,
    HERE,
    ELSEWHERE
  }

  private final EventBus bus;
  private final Context owner;
  private final Handler<DeliveryContext<Object>> interceptor = this::intercept;
  private final AddressIndex<Channel> listeners = new AddressIndex<>();
  private final RemotePatterns elsewhere;
  private @Nullable MessageConsumer<Object> consumer;
  private boolean intercepting;

  /** Results since patterns last changed, by address. */
  private volatile Map<String, Who> known = new ConcurrentHashMap<>();

  Publications(Vertx vertx, Context owner) {
    this.bus = vertx.eventBus();
    this.owner = owner;
    this.elsewhere = new RemotePatterns(bus, this::changed);
    if (vertx.isClustered()) {
      owner.runOnContext(nothing -> elsewhere.start(vertx));
    }
  }

  /** Completes when the channel hears publications of this node; other nodes are told at once. */
  Future<Void> listen(Channel channel) {
    Promise<Void> listening = Promise.promise();
    owner.runOnContext(
        nothing -> {
          listeners.add(channel.address(), channel);
          if (consumer == null) {
            consumer = bus.consumer(COPIES);
            consumer.handler(this::copied);
          }
          changed();
          elsewhere.announceAdded(channel.address());
          consumer.completion().onComplete(listening);
        });
    return listening.future();
  }

  void ignore(Channel channel) {
    owner.runOnContext(
        nothing -> {
          listeners.remove(channel.address(), channel);
          if (listeners.isEmpty() && consumer != null) {
            consumer.unregister();
            consumer = null;
          }
          changed();
          elsewhere.announceRemoved(channel.address());
        });
  }

  /** Passes on the channels of this node's matching patterns. Any thread may call it. */
  void find(String address, Consumer<Channel> found) {
    listeners.find(address, found);
  }

  private void changed() {
    // A thread that still has the old map may put an old result there; nobody reads it.
    known = new ConcurrentHashMap<>();
    boolean needed = !listeners.isEmpty() || !elsewhere.isEmpty();
    if (needed && !intercepting) {
      bus.addOutboundInterceptor(interceptor);
    } else if (!needed && intercepting) {
      bus.removeOutboundInterceptor(interceptor);
    }
    intercepting = needed;
  }

  private void intercept(DeliveryContext<Object> delivery) {
    if (delivery.send()) {
      delivery.next();
    } else {
      String address = delivery.message().address();
      boolean local = !NodeChoice.isForOthers(address, delivery::next);
      see(address, delivery.body(), delivery.message().headers(), local);
    }
  }

  private void see(String address, Object body, MultiMap headers, boolean local) {
    if (Hub.isInternal(address)) {
      return;
    }
    Who who = who(address);
    if (who != Who.NOBODY && Payload.ofBody(body) != null) {
      DeliveryOptions options = new DeliveryOptions().setLocalOnly(local || who == Who.HERE);
      headers.forEach(header -> options.addHeader(header.getKey(), header.getValue()));
      bus.publish(COPIES, body, options.addHeader(ADDRESS, address));
    }
  }

  private Who who(String address) {
    Map<String, Who> now = known;
    Who who = now.get(address);
    if (who == null) {
      who = elsewhere.has(address) ? Who.ELSEWHERE : listeners.has(address) ? Who.HERE : Who.NOBODY;
      if (now.size() < MOST_REMEMBERED) {
        now.put(address, who);
      }
    }
    return who;
  }

  private void copied(Message<Object> message) {
    String address = message.headers().get(ADDRESS);
    if (address != null && !message.isSend()) {
      message.headers().remove(ADDRESS);
      listeners.find(address, channel -> channel.matched(address, message));
    }
  }
}
