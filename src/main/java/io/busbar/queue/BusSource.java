package io.busbar.queue;

import io.busbar.cluster.OwnerCalls;
import io.busbar.hub.AddressIndex;
import io.busbar.hub.Hub;
import io.busbar.hub.Payload;
import io.busbar.queue.store.QueueMessage;
import io.busbar.selector.Selector;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.core.MultiMap;
import io.vertx.core.Promise;
import io.vertx.core.eventbus.DeliveryContext;
import io.vertx.core.eventbus.DeliveryOptions;
import io.vertx.core.eventbus.Message;
import io.vertx.core.eventbus.MessageConsumer;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * Puts messages from the event bus into queues. It takes what is sent to the address before a
 * queue. It also takes what is published on that address or on the address of a durable
 * subscription. A publication is taken on the node where it is published. So it is kept once,
 * however many nodes there are. Owned by one event loop. Publications are examined on the
 * publisher's thread.
 */
final class BusSource {
  /**
   * With the value {@code handled}, a request is answered only when a consumer has acknowledged the
   * message.
   */
  static final String AWAIT = "busbar-await";

  /** How long the sender waits for that answer, in milliseconds. */
  static final String AWAIT_TIMEOUT = "busbar-await-timeout";

  /** Failure code: no consumer took the message while the request waited, so no consumer had it. */
  static final int NOT_TAKEN = 7197;

  /** Failure code: the message became a dead letter, or no queue would ever keep it. */
  static final int DEAD = 7198;

  /**
   * The address that puts a message into the queue which {@link #INTO} names. Local to this node.
   */
  static final String PUT = "busbar.queues.put";

  static final String INTO = "busbar-into";

  /**
   * The longest time that a request is remembered, because its outcome may be lost between nodes.
   */
  private static final long LONGEST_WAIT_MILLIS = 3_600_000;

  private static final long TICK_MILLIS = 10_000;
  static final String ID = "id";
  static final String ANSWER = "answer";
  static final String FAILURE = "failure";

  /**
   * Publications that go into a queue.
   *
   * @param pattern the address or the pattern on which they are published
   * @param selector which of them to take; null for all
   * @param holder whose share of the room they take; null for that of each publisher
   */
  record Tap(String pattern, String queue, @Nullable Selector selector, @Nullable String holder) {}

  /** The address before a queue, with its consumer. */
  private record Source(Tap tap, MessageConsumer<Object> consumer) {
    String address() {
      return tap.pattern();
    }

    String queue() {
      return tap.queue();
    }
  }

  /**
   * A request that is not answered yet. The sender does not wait longer than {@code untilMillis}.
   */
  private record Waiting(Message<?> request, long untilMillis) {}

  private final Queues queues;
  private final Map<String, Source> sources = new HashMap<>();
  private final AddressIndex<Tap> taps = new AddressIndex<>();
  private final Map<String, Waiting> awaiting = new ConcurrentHashMap<>();
  private final Handler<DeliveryContext<Object>> interceptor = this::intercept;
  private final Hub hub;
  private final Context loop;
  private boolean intercepting;

  BusSource(Queues queues, Hub hub) {
    this.queues = queues;
    this.hub = hub;
    this.loop = hub.ownerOf("");
  }

  /** Completes when messages to the addresses of the rules go into their queues. */
  Future<Void> start() {
    queues.vertx().setPeriodic(TICK_MILLIS, timer -> forgetOld());
    return change(() -> queues.bus().localConsumer(PUT, this::put)).compose(put -> follow());
  }

  /** Completes when exactly the addresses of the rules have a consumer. */
  Future<Void> follow() {
    Promise<Void> following = Promise.promise();
    loop.runOnContext(
        nothing -> {
          Map<String, String> wanted = new HashMap<>();
          queues
              .rules()
              .named()
              .filter(rule -> !rule.from().isEmpty())
              .forEach(rule -> wanted.put(rule.from(), rule.name()));
          List<Future<Void>> changes = new ArrayList<>();
          for (Source source : List.copyOf(sources.values())) {
            if (!source.queue().equals(wanted.get(source.address()))) {
              sources.remove(source.address());
              changes.add(untap(source.tap()));
              changes.add(source.consumer().unregister());
            }
          }
          wanted.forEach(
              (address, queue) -> {
                if (!sources.containsKey(address)) {
                  changes.add(listen(address, queue));
                }
              });
          Future.join(changes).<Void>mapEmpty().onComplete(following);
        });
    return following.future();
  }

  private Future<Void> listen(String address, String queue) {
    MessageConsumer<Object> consumer = queues.bus().consumer(address);
    consumer.handler(message -> sent(queue, message));
    Source source = new Source(new Tap(address, queue, null, null), consumer);
    sources.put(address, source);
    return tap(source.tap()).compose(taken -> consumer.completion());
  }

  private void put(Message<Object> message) {
    sent(message.headers().get(INTO), message);
  }

  /** Completes when publications of this node go into the queue. */
  Future<Void> tap(Tap tap) {
    return change(() -> taps.add(tap.pattern(), tap));
  }

  Future<Void> untap(Tap tap) {
    return change(() -> taps.remove(tap.pattern(), tap));
  }

  private Future<Void> change(Runnable task) {
    Promise<Void> done = Promise.promise();
    loop.runOnContext(
        nothing -> {
          task.run();
          interceptIfNeeded();
          done.complete();
        });
    return done.future();
  }

  /** Without taps there is no interceptor, so a publication has no extra cost. */
  private void interceptIfNeeded() {
    boolean needed = !taps.isEmpty();
    if (needed && !intercepting) {
      queues.bus().addOutboundInterceptor(interceptor);
    } else if (!needed && intercepting) {
      queues.bus().removeOutboundInterceptor(interceptor);
    }
    intercepting = needed;
  }

  private void intercept(DeliveryContext<Object> delivery) {
    delivery.next();
    String address = delivery.message().address();
    if (!delivery.send() && !Hub.isInternal(address)) {
      taps.find(address, tap -> published(tap, address, delivery));
    }
  }

  private void published(Tap tap, String address, DeliveryContext<Object> delivery) {
    MultiMap headers = delivery.message().headers();
    Payload payload = Payload.ofBody(delivery.body());
    boolean hidden = !tap.pattern().equals(address) && hub.isKeptFromAll(address);
    boolean wanted = tap.selector() == null || tap.selector().matches(Hub.withoutIdentity(headers));
    if (payload == null || hidden || !wanted) {
      return;
    }
    try {
      String holder = tap.holder() == null ? holder(headers) : tap.holder();
      MultiMap crossing = QueueMessage.crossing(headers).set(Queues.PUBLISHED_ON, address);
      queues
          .keep(tap.queue(), QueueMessage.of(payload, crossing, holder), false)
          .onFailure(e -> queues.lost(tap.queue(), e));
    } catch (IllegalArgumentException e) {
      queues.lost(tap.queue(), e);
    }
  }

  /**
   * Handles a message that was sent to an address before a queue. The sender may wait for an
   * answer.
   */
  private void sent(String queue, Message<Object> message) {
    Payload payload = Payload.ofBody(message.body());
    if (!message.isSend()) {
      return;
    }
    if (payload == null) {
      message.fail(OwnerCalls.REFUSED, "no queue keeps a " + message.body().getClass().getName());
      return;
    }
    try {
      MultiMap headers = message.headers();
      QueueMessage one = QueueMessage.of(payload, QueueMessage.crossing(headers), holder(headers));
      boolean awaits = message.replyAddress() != null && "handled".equals(headers.get(AWAIT));
      boolean redelivered = "true".equals(headers.get(QueueMessage.REDELIVERED));
      if (awaits) {
        String timeout = headers.get(AWAIT_TIMEOUT);
        long millis = timeout != null && timeout.matches("\\d{1,12}") ? Long.parseLong(timeout) : 0;
        one = one.awaited(queues.nodes().owners().here(), millis);
        long until = System.currentTimeMillis() + (millis == 0 ? LONGEST_WAIT_MILLIS : 2 * millis);
        awaiting.put(one.id(), new Waiting(message, until));
      }
      String id = one.id();
      queues
          .keep(queue, one, redelivered)
          .onSuccess(
              kept -> {
                if (!awaits) {
                  message.reply(null);
                }
              })
          .onFailure(
              e -> {
                awaiting.remove(id);
                refuse(queue, message, e);
              });
    } catch (IllegalArgumentException e) {
      boolean never = message.headers().contains(INTO);
      message.fail(never ? DEAD : OwnerCalls.REFUSED, e.getMessage());
    }
  }

  /** Fails the request. Without a reply address, the lost message is counted and logged instead. */
  private void refuse(String queue, Message<?> message, Throwable why) {
    if (message.replyAddress() == null) {
      queues.lost(queue, why);
    } else {
      message.fail(OwnerCalls.REFUSED, Queues.words(why));
    }
  }

  private static String holder(MultiMap headers) {
    String user = headers.get("user");
    if (user != null) {
      return Queues.holderOf(user, "");
    }
    return headers.contains("session") ? Queues.holderOf(null, "the bus") : "";
  }

  /** Answers a waiting request: a consumer has acknowledged the message, or none ever will. */
  void handled(JsonObject what) {
    Waiting waiting = awaiting.remove(what.getString(ID));
    String failure = what.getString(FAILURE);
    JsonObject answer = what.getJsonObject(ANSWER);
    if (waiting == null) {
      return;
    }
    Message<?> message = waiting.request();
    if (failure != null) {
      boolean notTaken = failure.equals(DeadLetters.EXPIRED);
      message.fail(notTaken ? NOT_TAKEN : DEAD, "nobody handled it: " + failure);
    } else if (answer == null) {
      message.reply(null);
    } else {
      DeliveryOptions options = new DeliveryOptions();
      answer
          .getJsonObject("headers")
          .forEach(e -> options.addHeader(e.getKey(), "" + e.getValue()));
      Payload.Kind kind = Payload.Kind.valueOf(answer.getString("kind"));
      message.reply(Payload.packed(kind, answer.getBinary("body")).body(), options);
    }
  }

  private void forgetOld() {
    long now = System.currentTimeMillis();
    awaiting.values().removeIf(waiting -> waiting.untilMillis() < now);
  }
}
