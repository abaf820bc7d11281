package io.busbar.protocol.stomp;

import io.busbar.config.Config.Action;
import io.busbar.config.StompConfig;
import io.busbar.hub.Hub;
import io.busbar.hub.Payload;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.MultiMap;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.eventbus.EventBus;
import io.vertx.ext.stomp.Frame;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;

/** The queues of this node. Each belongs to the event loop that its address belongs to. */
final class StompQueues {
  /** Names the queue that a dead letter comes from. */
  static final String DEAD_LETTER_FROM = "dead-letter-from";

  private static final long TICK_MILLIS = 1_000;

  private record Opened(StompQueue queue, Future<Void> loaded) {}

  private final Vertx vertx;
  private final Hub hub;
  private final StompConfig.Queues limits;
  private final QueueStore store;
  private final String node = UUID.randomUUID().toString();
  private final Map<String, Opened> queues = new ConcurrentHashMap<>();

  StompQueues(Vertx vertx, Hub hub, StompConfig.Queues limits, QueueStore store) {
    this.vertx = vertx;
    this.hub = hub;
    this.limits = limits;
    this.store = store;
    vertx.setPeriodic(
        TICK_MILLIS,
        timer -> queues.values().forEach(opened -> opened.queue().run(opened.queue()::tick)));
  }

  EventBus bus() {
    return vertx.eventBus();
  }

  StompConfig.Queues limits() {
    return limits;
  }

  String node() {
    return node;
  }

  /** Will do the work on the queue's own loop; completes on the caller's context. */
  <T> Future<T> with(String address, Function<StompQueue, Future<T>> work) {
    Context caller = vertx.getOrCreateContext();
    Promise<T> promise = Promise.promise();
    Context owner = hub.ownerOf(address);
    owner.runOnContext(
        nothing -> {
          Opened opened = queues.computeIfAbsent(address, name -> open(name, owner));
          opened
              .loaded()
              .compose(loaded -> work.apply(opened.queue()))
              .onComplete(result -> caller.runOnContext(back -> promise.handle(result)));
        });
    return promise.future();
  }

  private Opened open(String address, Context owner) {
    StompQueue queue = new StompQueue(address, this, store, owner);
    return new Opened(queue, queue.load());
  }

  /** A SEND. Throws ProtocolException when it is refused. */
  void accept(
      StompSession session, Frame frame, String address, Payload payload, MultiMap headers) {
    StompCommands.allow(
        hub.refusalToSend(session.hubSession(), address, payload), Action.SEND, address);
    MultiMap identified = hub.identified(session.hubSession(), headers);
    QueueMessage message = QueueMessage.of(payload.body(), payload.raw().length, identified);
    session.workBegins();
    session
        .hubSession()
        .whenSettled(
            () ->
                with(address, queue -> queue.accept(message, null, false))
                    .onSuccess(accepted -> session.workEnds(frame))
                    .onFailure(full -> session.workFails(frame, full.getMessage())));
  }

  /** A SUBSCRIBE. Throws ProtocolException when it is refused. */
  void subscribe(
      StompSession session, Frame frame, StompDestination destination, String key, AckMode mode) {
    String address = destination.address();
    StompCommands.allow(
        hub.refusalToListen(session.hubSession(), address), Action.SUBSCRIBE, address);
    QueueConsumer consumer =
        new QueueConsumer(
            session,
            this,
            destination,
            frame.getId(),
            mode,
            prefetch(frame.getHeader(StompHeaders.PREFETCH_COUNT)));
    session.subscriptions().add(new StompSubscriptions.Entry(key, frame.getId(), consumer));
    session.workBegins();
    consumer
        .begin()
        .onSuccess(begun -> session.workEnds(frame))
        .onFailure(failure -> session.workFails(frame, failure.getMessage()));
  }

  private int prefetch(String header) {
    if (header == null) {
      return limits.prefetch();
    }
    boolean number = header.trim().matches("[1-9]\\d{0,4}");
    StompCommands.require(number, "prefetch-count is a number from 1 to 99999");
    return Integer.parseInt(header.trim());
  }

  /** Will give a copy to the dead-letter queue, unless it is there already. */
  Future<Void> bury(StompQueue queue, QueueEntry entry) {
    MultiMap headers = entry.message().headers();
    if (limits.deadLetter().isEmpty() || headers.contains(DEAD_LETTER_FROM)) {
      return Future.succeededFuture();
    }
    MultiMap copied = MultiMap.caseInsensitiveMultiMap().addAll(headers);
    copied.set(DEAD_LETTER_FROM, queue.address());
    QueueMessage letter = QueueMessage.of(entry.message().body(), entry.message().size(), copied);
    String address = limits.deadLetter().replace("{address}", queue.address());
    return with(address, dead -> dead.accept(letter, null, false));
  }

  /** A queue without messages and consumers costs nothing. */
  void forgetIfIdle(StompQueue queue) {
    if (queue.isIdle()) {
      queues.remove(queue.address());
    }
  }
}
