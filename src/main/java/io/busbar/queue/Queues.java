package io.busbar.queue;

import io.busbar.cluster.OwnerCalls;
import io.busbar.cluster.Owners;
import io.busbar.config.QueuesConfig;
import io.busbar.config.QueuesConfig.Rule;
import io.busbar.config.QueuesConfig.Store;
import io.busbar.hub.Hub;
import io.busbar.hub.Payload;
import io.busbar.queue.QueueConsumer.Options;
import io.busbar.queue.store.Delivery;
import io.busbar.queue.store.QueueMessage;
import io.busbar.queue.store.QueueStore;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.MultiMap;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.eventbus.EventBus;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

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
  private final Vertx vertx;
  private final Hub hub;
  private final QueueRules rules;
  private final QueueBudget budget;
  private final QueueStore usual;
  private final @Nullable QueueStore disk;
  private final QueueNodes nodes;
  private final BusSource source;
  private final LocalQueues local;
  private final DurableSubscriptions durable = new DurableSubscriptions(this);
  private final QueueDirectory directory;
  private final AtomicLong consumers = new AtomicLong();
  private final LongAdder lost = new LongAdder();

  /**
   * Queues of this node alone, or of several.
   *
   * @param owners which node each lives on; null where this one is alone
   * @param usual where messages are kept
   * @param disk where they are kept whose rule says so; null where none does
   */
  public Queues(
      Vertx vertx,
      Hub hub,
      QueuesConfig config,
      @Nullable Owners owners,
      QueueStore usual,
      @Nullable QueueStore disk) {
    this.vertx = vertx;
    this.hub = hub;
    this.rules = new QueueRules(config);
    this.budget = new QueueBudget(config, owners != null);
    this.usual = usual;
    this.disk = disk;
    this.nodes = new QueueNodes(vertx, this, owners);
    this.local = new LocalQueues(this);
    this.directory = new QueueDirectory(this, nodes);
    this.source = new BusSource(this, hub);
  }

  /** Completes when other nodes can ask, and what is kept from before is there. */
  public Future<Void> start() {
    return nodes
        .start()
        .compose(started -> durable.refresh())
        .compose(known -> local.start())
        .compose(there -> source.start());
  }

  /** Completes when these are the rules; where the messages of a queue are kept does not change. */
  public Future<Void> rules(List<Rule> all) {
    rules.become(all);
    return local.rulesChanged().compose(there -> source.follow());
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

  LocalQueues local() {
    return local;
  }

  Vertx vertx() {
    return vertx;
  }

  BusSource source() {
    return source;
  }

  public DurableSubscriptions durable() {
    return durable;
  }

  /** What operators see of queues and do with them. */
  public QueueDirectory directory() {
    return directory;
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
  public static String holderOf(@Nullable String user, String address) {
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
        ? String.valueOf(failure.getMessage())
        : "the queue could not do it; the log of the gateway says why";
  }

  /** How a request is answered, as nodes tell it each other. */
  public static JsonObject answer(Payload payload, @Nullable MultiMap headers) {
    JsonObject named = new JsonObject();
    if (headers != null) {
      headers.forEach(named::put);
    }
    return new JsonObject()
        .put("kind", payload.kind().name())
        .put("body", payload.raw())
        .put("headers", named);
  }

  Stream<QueueStore> stores() {
    return Stream.of(usual, disk).filter(store -> store != null);
  }

  QueueStore storeOf(String queue) {
    boolean onDisk = rules.of(queue).store() == Store.DISK && !nodes.isClustered();
    return onDisk && disk != null ? disk : usual;
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

  /** Somebody who will take messages of a queue, wherever that lives, on that event loop. */
  public QueueConsumer consumer(
      String queue, Options options, Context loop, Consumer<Delivery> client) {
    String id = nodes.owners().here() + '-' + consumers.incrementAndGet();
    return new QueueConsumer(nodes, queue, id, options, loop, client);
  }

  /** The loop that owns what this node has of the queue. */
  Context loopOf(String queue) {
    return hub.ownerOf(queue);
  }

  /** Does the work there; completes on the caller's context. */
  <T> Future<T> onLoopOf(String queue, Function<Context, Future<T>> work) {
    Context caller = vertx.getOrCreateContext();
    Promise<T> promise = Promise.promise();
    Context owner = loopOf(queue);
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
