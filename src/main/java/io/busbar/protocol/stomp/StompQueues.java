package io.busbar.protocol.stomp;

import io.busbar.config.Config.Action;
import io.busbar.config.StompConfig;
import io.busbar.hub.Hub;
import io.busbar.hub.Payload;
import io.busbar.protocol.stomp.QueueCall.Operation;
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
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Consumer;
import java.util.function.Function;

/** The queues of this node. Each belongs to the event loop that its address belongs to. */
final class StompQueues {
  /** Names the queue that a dead letter comes from. */
  static final String DEAD_LETTER_FROM = "dead-letter-from";

  private static final System.Logger LOG = System.getLogger(StompQueues.class.getName());
  private static final long TICK_MILLIS = 1_000;

  private record Opened(StompQueue queue, Future<Void> loaded) {}

  private final Vertx vertx;
  private final Hub hub;
  private final StompConfig.Queues limits;
  private final QueueStore store;
  private final QueueCluster cluster;
  private final String node = UUID.randomUUID().toString();
  private final Map<String, Opened> queues = new ConcurrentHashMap<>();
  private final AtomicInteger count = new AtomicInteger();
  private final AtomicLong consumers = new AtomicLong();
  private final LongAdder lostDeadLetters = new LongAdder();

  /**
   * Queues of this node alone, or of several.
   *
   * @param homes which node each lives on; null where no other node can run them
   */
  StompQueues(Vertx vertx, Hub hub, StompConfig.Queues limits, QueueStore store, QueueHomes homes) {
    this.vertx = vertx;
    this.hub = hub;
    this.limits = limits;
    this.store = store;
    this.cluster =
        homes == null ? null : new QueueCluster(vertx, this, homes, (SharedQueueStore) store);
    vertx.setPeriodic(
        TICK_MILLIS,
        timer -> queues.values().forEach(opened -> opened.queue().run(opened.queue()::tick)));
  }

  /** Completes when other nodes can ask. */
  Future<Void> start() {
    return cluster == null ? Future.succeededFuture() : cluster.start();
  }

  /** Null where no other node can run them. */
  QueueCluster cluster() {
    return cluster;
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

  /** Queues that there are. */
  int count() {
    return count.get();
  }

  /** Dead letters that no queue took, since the start. */
  long lostDeadLetterCount() {
    return lostDeadLetters.sum();
  }

  /**
   * Will do the work on the queue's own loop; completes on the caller's context. Fails when the
   * queue would be one too many.
   */
  <T> Future<T> with(String address, Function<StompQueue, Future<T>> work) {
    return onLoopOf(
        address,
        owner -> {
          Opened opened = opened(address, owner, false);
          return opened == null
              ? tooMany()
              : opened.loaded().compose(loaded -> work.apply(opened.queue()));
        });
  }

  private <T> Future<T> tooMany() {
    return QueueCall.refused(
        "a node has at most " + limits.count() + " queues (stomp.queues.count)");
  }

  /** Will do what a node asks of a queue that lives here. Called on the queue's own loop. */
  Future<Void> perform(QueueCall call) {
    if (!cluster.isHere(call.queue())) {
      return QueueCall.elsewhere();
    }
    Operation operation = call.operation();
    boolean ofConsumer = operation == Operation.ALIVE || operation == Operation.CLOSE;
    if (ofConsumer && !queues.containsKey(call.queue())) {
      return QueueCall.failed(QueueCall.UNKNOWN, "the queue does not know the consumer");
    }
    boolean adds = operation == Operation.SEND || operation == Operation.OPEN;
    Opened opened = opened(call.queue(), hub.ownerOf(call.queue()), !adds);
    return opened == null
        ? tooMany()
        : opened.loaded().compose(loaded -> opened.queue().perform(call));
  }

  /** The same with a queue that is there; completes with null where it is not, or no more. */
  Future<Void> withExisting(String address, Function<StompQueue, Future<Void>> work) {
    return onLoopOf(
        address,
        owner -> {
          Opened opened = queues.get(address);
          return opened == null
              ? Future.succeededFuture()
              : opened.loaded().compose(loaded -> work.apply(opened.queue()));
        });
  }

  /** Will run the task on the loop that owns what this node has of the address. */
  void runOnLoopOf(String address, Runnable task) {
    hub.ownerOf(address).runOnContext(nothing -> task.run());
  }

  /** Each queue finds out whether it still lives here, and who else is there. */
  void homesChanged() {
    queues.values().forEach(opened -> opened.queue().run(opened.queue()::check));
  }

  <T> Future<T> onLoopOf(String address, Function<Context, Future<T>> work) {
    Context caller = vertx.getOrCreateContext();
    Promise<T> promise = Promise.promise();
    Context owner = hub.ownerOf(address);
    owner.runOnContext(
        nothing ->
            work.apply(owner)
                .onComplete(result -> caller.runOnContext(back -> promise.handle(result))));
    return promise.future();
  }

  /**
   * The queue of that address, on its own loop; null when it would be one too many.
   *
   * @param kept whether it has messages that must not be lost, so that it cannot be too many
   */
  private Opened opened(String address, Context owner, boolean kept) {
    Opened there = queues.get(address);
    if (there != null) {
      return there;
    }
    if (count.incrementAndGet() > limits.count() && !kept) {
      count.decrementAndGet();
      return null;
    }
    StompQueue queue = new StompQueue(address, this, store, owner);
    Opened opened = new Opened(queue, load(queue));
    queues.put(address, opened);
    return opened;
  }

  private Future<Void> load(StompQueue queue) {
    long wait = cluster == null ? 0 : cluster.homes().settlesIn(queue.address());
    if (wait == 0) {
      return queue.load();
    }
    Promise<Void> loaded = Promise.promise();
    queue.runAfter(wait, () -> queue.load().onComplete(loaded));
    return loaded.future();
  }

  /** A client's line to a queue, wherever that lives. */
  QueueLine line(
      String address, int prefetch, boolean auto, Context loop, Consumer<QueueEntry> client) {
    if (cluster != null) {
      String id = node + '-' + consumers.incrementAndGet();
      return new SharedQueueLine(cluster, address, id, prefetch, auto, loop, client);
    }
    QueueWindow window =
        new QueueWindow(prefetch, entry -> loop.runOnContext(nothing -> client.accept(entry)));
    return new LocalQueueLine(this, address, auto, window);
  }

  /**
   * Will keep a message, wherever its queue lives; completes when it is safe.
   *
   * @param redelivered whether somebody may have had it already
   */
  Future<Void> keep(String address, QueueMessage message, boolean redelivered) {
    if (cluster == null) {
      return with(address, queue -> queue.accept(message, null, false, redelivered));
    }
    QueueCall call = QueueCall.send(address, message);
    return cluster.call(redelivered ? call.repeated() : call);
  }

  /** A SEND. Throws ProtocolException when it is refused. */
  void accept(
      StompSession session, Frame frame, String address, Payload payload, MultiMap headers) {
    StompCommands.allow(
        hub.admission().toSend(session.hubSession(), address, payload), Action.SEND, address);
    MultiMap identified = hub.identified(session.hubSession(), headers);
    QueueMessage message = QueueMessage.of(payload.body(), payload.raw().length, identified);
    session.work().begins();
    session
        .hubSession()
        .whenSettled(
            () ->
                keep(address, message, false)
                    .onSuccess(accepted -> session.work().ends(frame))
                    .onFailure(full -> session.work().fails(frame, full.getMessage())));
  }

  /** A SUBSCRIBE. Throws ProtocolException when it is refused. */
  void subscribe(
      StompSession session, Frame frame, StompDestination destination, String key, AckMode mode) {
    String address = destination.address();
    StompCommands.allow(
        hub.admission().toListen(session.hubSession(), address), Action.SUBSCRIBE, address);
    QueueConsumer consumer =
        new QueueConsumer(
            session,
            this,
            destination,
            frame.getId(),
            mode,
            prefetch(frame.getHeader(StompHeaders.PREFETCH_COUNT)));
    session.subscriptions().add(new StompSubscriptions.Entry(key, frame.getId(), consumer));
    session.work().begins();
    consumer
        .begin()
        .onSuccess(begun -> session.work().ends(frame))
        .onFailure(failure -> session.work().fails(frame, failure.getMessage()));
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
    return keep(address, letter, false).onFailure(full -> lost(queue, full));
  }

  /** The store did not do what it was told: a message may come a second time. */
  void storeFailed(String address, Throwable why) {
    LOG.log(System.Logger.Level.WARNING, "the store of queue {0} failed: {1}", address, why);
  }

  private void lost(StompQueue queue, Throwable why) {
    lostDeadLetters.increment();
    if (lostDeadLetters.sum() == 1) {
      LOG.log(
          System.Logger.Level.WARNING,
          "a dead letter of {0} is lost, and later ones are only counted: {1}",
          queue.address(),
          why.getMessage());
    }
  }

  /** A queue lives on another node now. Called on its own loop. */
  void forget(StompQueue queue) {
    Opened opened = queues.get(queue.address());
    if (opened != null && opened.queue() == queue) {
      queues.remove(queue.address());
      count.decrementAndGet();
    }
  }

  /** A queue without messages and consumers costs nothing. Called on its own loop. */
  void forgetIfIdle(StompQueue queue) {
    Opened opened = queues.get(queue.address());
    if (opened != null && opened.loaded().isComplete() && queue.isIdle()) {
      forget(queue);
    }
  }
}
