package io.busbar.queue;

import io.busbar.cluster.OwnerCalls;
import io.busbar.cluster.Owners;
import io.busbar.config.QueuesConfig;
import io.busbar.config.QueuesConfig.Store;
import io.busbar.hub.Hub;
import io.busbar.hub.Payload;
import io.busbar.queue.QueueCall.Operation;
import io.busbar.queue.QueueConsumer.Delivery;
import io.busbar.queue.QueueConsumer.Options;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.MultiMap;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.eventbus.EventBus;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.stream.Stream;

/**
 * The queues that clients, features and routes share: whoever asks, on any node, asks the node that
 * a queue lives on. A message that was kept is gone only when somebody acknowledged it, its time
 * was up, or it is a dead letter. Each queue belongs to the event loop that its name belongs to.
 */
public final class Queues {
  /** The header that names the queue where a message's answer goes. */
  public static final String REPLY_QUEUE = "busbar-reply-queue";

  /** The header that names the address that a message was published on. */
  public static final String PUBLISHED_ON = "busbar-address";

  private static final System.Logger LOG = System.getLogger("io.busbar.queue");
  private static final long TICK_MILLIS = 1_000;

  /** After a change, so that the others have seen it, too. */
  private static final long SCAN_SOON_MILLIS = 500;

  /** Finds what a node that was cut off brought back. */
  private static final long SCAN_MILLIS = 30_000;

  private record Opened(Queue queue, Future<Void> loaded, String holder) {}

  private final Vertx vertx;
  private final Hub hub;
  private final QueueRules rules;
  private final QueueBudget budget;
  private final QueueStore usual;
  private final QueueStore disk;
  private final QueueNodes nodes;
  private final BusSource source;
  private final DurableSubscriptions durable = new DurableSubscriptions(this);
  private final String node = UUID.randomUUID().toString();
  private final Map<String, Opened> queues = new ConcurrentHashMap<>();
  private final AtomicLong consumers = new AtomicLong();
  private final LongAdder lost = new LongAdder();
  private final AtomicBoolean scanning = new AtomicBoolean();

  /**
   * Queues of this node alone, or of several.
   *
   * @param owners which node each lives on; null where this one is alone
   * @param usual where messages are kept
   * @param disk where they are kept whose rule says so; null where none does
   */
  public Queues(
      Vertx vertx, Hub hub, QueuesConfig config, Owners owners, QueueStore usual, QueueStore disk) {
    this.vertx = vertx;
    this.hub = hub;
    this.rules = new QueueRules(config);
    this.budget = new QueueBudget(config, owners != null);
    this.usual = usual;
    this.disk = disk;
    this.nodes =
        new QueueNodes(vertx, this, owners == null ? Owners.alone() : owners, owners != null);
    this.source = new BusSource(this, hub.ownerOf(""));
  }

  /** Completes when other nodes can ask, and what is kept from before is there. */
  public Future<Void> start() {
    vertx.setPeriodic(
        TICK_MILLIS,
        timer -> {
          forEach(Queue::tick);
          source.tick();
        });
    if (nodes.isClustered()) {
      vertx.setPeriodic(SCAN_MILLIS, timer -> scan());
      if (rules.named().anyMatch(rule -> !rule.to().isEmpty())) {
        BusTarget.markLate(bus(), nodes.owners());
      }
    }
    return nodes
        .start()
        .compose(started -> durable.refresh())
        .compose(known -> scan())
        .compose(scanned -> source.start());
  }

  /** Completes when all that was taken is safe. */
  public Future<Void> close() {
    return Future.join(stores().map(QueueStore::close).toList()).mapEmpty();
  }

  EventBus bus() {
    return vertx.eventBus();
  }

  QueueRules rules() {
    return rules;
  }

  QueueBudget budget() {
    return budget;
  }

  QueueNodes nodes() {
    return nodes;
  }

  BusSource source() {
    return source;
  }

  public DurableSubscriptions durable() {
    return durable;
  }

  /** Queues that live on this node. */
  public int count() {
    return budget.queues();
  }

  /** Bytes of all that this node's queues keep. */
  public long bytes() {
    return budget.used();
  }

  /** What came from the bus, whose sender could not be told that no queue had room for it. */
  public long lostCount() {
    return lost.sum();
  }

  /** Messages that a consumer has and did not acknowledge, where it names no number. */
  public int prefetch(String queue) {
    return rules.of(queue).prefetch();
  }

  /**
   * Whose share of the room a message takes.
   *
   * @param user null for nobody
   * @param address that nobody comes from
   */
  public static String holderOf(String user, String address) {
    return user == null ? "address " + address : "user " + user;
  }

  /** Whether a name is one of the gateway's own queues, of which no client speaks. */
  public static boolean isOurs(String queue) {
    return queue.startsWith(QueueRules.OURS);
  }

  /** The queue behind a temporary destination: it lives no longer than who reads it. */
  public static String temporary(String owner, String name) {
    return QueueRules.TEMPORARY + owner + '.' + name;
  }

  /** What a failure says that a client may be told. */
  public static String words(Throwable failure) {
    return OwnerCalls.code(failure) == OwnerCalls.REFUSED
        ? failure.getMessage()
        : "the queue could not do it; the log of the gateway says why";
  }

  /** How a request is answered, as nodes tell it each other. */
  public static JsonObject answer(Payload payload, MultiMap headers) {
    JsonObject named = new JsonObject();
    if (headers != null) {
      headers.forEach(named::put);
    }
    return new JsonObject()
        .put("kind", payload.kind().name())
        .put("body", payload.raw())
        .put("headers", named);
  }

  boolean isKeptFromAll(String address) {
    return hub.isKeptFromAll(address);
  }

  Stream<QueueStore> stores() {
    return Stream.of(usual, disk).filter(store -> store != null);
  }

  QueueStore storeOf(String queue) {
    return rules.of(queue).store() == Store.DISK && !nodes.isClustered() ? disk : usual;
  }

  String storeName(QueueRules.Settings settings) {
    return nodes.isClustered() ? "cluster" : settings.store() == Store.DISK ? "disk" : "memory";
  }

  /**
   * Will keep a message, wherever its queue lives; completes when it is safe.
   *
   * @param redelivered whether somebody may have had it already
   */
  public Future<Void> keep(String queue, QueueMessage message, boolean redelivered) {
    QueueCall call = QueueCall.keep(queue, message, redelivered);
    if (nodes.owners().isHere(queue)) {
      return nodes.ask(call).mapEmpty();
    }
    int size = message.size();
    String full = budget.take(message.holder(), size);
    return full != null
        ? OwnerCalls.refused(full)
        : nodes
            .ask(call)
            .<Void>mapEmpty()
            .onComplete(kept -> budget.release(message.holder(), size));
  }

  /** Will forget all that waits in a queue. */
  public Future<JsonObject> purge(String queue) {
    return nodes.ask(QueueCall.of(Operation.PURGE, queue, null));
  }

  /** Will give all that waits in a queue to another, in its order. */
  public Future<JsonObject> move(String queue, String to) {
    return nodes.ask(QueueCall.of(Operation.MOVE, queue, new JsonObject().put(QueueCall.TO, to)));
  }

  /** What there is to know of a queue; fails with {@link OwnerCalls#UNKNOWN} where it is not. */
  public Future<JsonObject> describe(String queue) {
    return nodes.ask(QueueCall.of(Operation.DESCRIBE, queue, null));
  }

  /** Some messages of a queue, the next ones first. */
  public Future<JsonObject> browse(String queue, int limit) {
    return nodes.ask(
        QueueCall.of(Operation.BROWSE, queue, new JsonObject().put(QueueCall.LIMIT, limit)));
  }

  /**
   * The queues of all nodes that answer, by name.
   *
   * @param prefix of their names
   * @param after which name; empty from the first
   */
  public Future<List<JsonObject>> list(String prefix, String after, int limit) {
    JsonObject which =
        new JsonObject().put("prefix", prefix).put("after", after).put(QueueCall.LIMIT, limit);
    return nodes
        .list(which)
        .map(
            all ->
                all.stream()
                    .flatMap(each -> each.getJsonArray("queues").stream())
                    .map(JsonObject.class::cast)
                    .sorted(Comparator.comparing(each -> each.getString("name")))
                    .limit(limit)
                    .toList());
  }

  /** Those of this node. */
  Future<JsonObject> listHere(JsonObject which) {
    String prefix = which.getString("prefix");
    List<String> names =
        queues.keySet().stream()
            .filter(name -> name.startsWith(prefix))
            .filter(name -> name.compareTo(which.getString("after")) > 0)
            .sorted()
            .limit(which.getInteger(QueueCall.LIMIT))
            .toList();
    List<Future<JsonObject>> described = names.stream().map(this::describe).toList();
    return Future.join(described)
        .transform(
            joined -> {
              JsonArray list = new JsonArray();
              described.stream().filter(Future::succeeded).forEach(each -> list.add(each.result()));
              return Future.succeededFuture(new JsonObject().put("queues", list));
            });
  }

  /** Somebody who will take messages of a queue, wherever that lives, on that event loop. */
  public QueueConsumer consumer(
      String queue, Options options, Context loop, Consumer<Delivery> client) {
    String id = node + '-' + consumers.incrementAndGet();
    return new QueueConsumer(nodes, queue, id, options, loop, client);
  }

  /** Will do what a node asks of a queue that lives here. Called on the queue's own loop. */
  Future<JsonObject> perform(QueueCall call) {
    String name = call.queue();
    if (!nodes.owners().isHere(name)) {
      return OwnerCalls.elsewhere();
    }
    Opened opened = queues.get(name);
    if (opened == null && call.operation().needsQueue()) {
      return OwnerCalls.failed(OwnerCalls.UNKNOWN, "there is no such queue here");
    }
    String refusal = opened == null ? budget.open(call.holder(), call.operation().adds()) : null;
    if (refusal != null) {
      return OwnerCalls.refused(refusal);
    }
    Opened there = opened == null ? open(name, call.holder()) : opened;
    return there.loaded().compose(loaded -> there.queue().perform(call));
  }

  private Opened open(String name, String holder) {
    Queue queue = new Queue(name, this, storeOf(name), hub.ownerOf(name));
    long wait = nodes.owners().settlesIn(name);
    Promise<Void> loaded = Promise.promise();
    Opened opened = new Opened(queue, loaded.future(), holder);
    queues.put(name, opened);
    Runnable load =
        () ->
            queue
                .load()
                .onFailure(
                    e -> {
                      storeFailed(name, e);
                      forget(queue);
                    })
                .onComplete(loaded);
    if (wait == 0) {
      load.run();
    } else {
      queue.runAfter(wait, load);
    }
    return opened;
  }

  /** A queue lives on another node now, or is empty. Called on its own loop. */
  void forget(Queue queue) {
    Opened opened = queues.get(queue.name());
    if (opened != null && opened.queue() == queue) {
      queues.remove(queue.name());
      budget.close(opened.holder());
    }
  }

  private void forEach(Consumer<Queue> task) {
    queues.values().forEach(each -> each.queue().run(() -> task.accept(each.queue())));
  }

  /** Each queue finds out whether it still lives here, and who else is there. */
  void ownersChanged() {
    forEach(Queue::check);
    if (scanning.compareAndSet(false, true)) {
      vertx.setTimer(
          SCAN_SOON_MILLIS,
          timer -> {
            scanning.set(false);
            scan();
            durable.refresh();
          });
    }
  }

  /** Will open the queues that live here and have messages, and show them what they have. */
  private Future<Void> scan() {
    return Future.join(stores().map(QueueStore::ids).toList())
        .onSuccess(
            all ->
                all.<Map<String, java.util.Set<String>>>list()
                    .forEach(
                        ids ->
                            ids.forEach(
                                (queue, kept) -> {
                                  if (nodes.owners().isHere(queue)) {
                                    nodes.look(queue, kept);
                                  }
                                })))
        .mapEmpty();
  }

  /** Will run the task on the loop that owns what this node has of the queue. */
  void runOnLoopOf(String queue, Runnable task) {
    hub.ownerOf(queue).runOnContext(nothing -> task.run());
  }

  /** Does the work there; completes on the caller's context. */
  <T> Future<T> onLoopOf(String queue, Function<Context, Future<T>> work) {
    Context caller = vertx.getOrCreateContext();
    Promise<T> promise = Promise.promise();
    Context owner = hub.ownerOf(queue);
    owner.runOnContext(
        nothing ->
            work.apply(owner)
                .onComplete(result -> caller.runOnContext(back -> promise.handle(result))));
    return promise.future();
  }

  /** The store did not do what it was told: a message may come a second time. */
  void storeFailed(String queue, Throwable why) {
    LOG.log(System.Logger.Level.WARNING, "the store of queue " + queue + " failed", why);
  }

  /** Somebody said something on the bus, for which there was no room, and cannot be told. */
  void lost(String queue, Throwable why) {
    lost.increment();
    LOG.log(
        System.Logger.Level.WARNING, "queue {0} did not take a message: {1}", queue, words(why));
  }
}
