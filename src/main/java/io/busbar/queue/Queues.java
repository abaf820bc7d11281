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
import java.util.Objects;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The queues of clients, features and routes. A call from any node goes to the node on which the
 * queue lives. A kept message is removed only when it is acknowledged, has expired, or is a dead
 * letter. Any thread may use it. Each queue belongs to the event loop that its name selects.
 */
public final class Queues {
  /** The header that names the queue for the answer to a message. */
  public static final String REPLY_QUEUE = "busbar-reply-queue";

  /** The header that names the address on which a message was published. */
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
  private final LongAdder storeFailures = new LongAdder();

  /**
   * Makes the queues of a single node, or of a node in a cluster.
   *
   * @param owners which node each queue lives on; null on a single node
   * @param usual where messages are stored
   * @param disk where messages are stored if their rule says so; null if no rule does
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

  /** Completes when other nodes can call, and the messages from before are loaded. */
  public Future<Void> start() {
    return nodes
        .start()
        .compose(started -> durable.refresh())
        .compose(known -> local.start())
        .compose(there -> source.start());
  }

  /**
   * Completes when these rules are in force. A queue does not change where its messages are stored.
   */
  public Future<Void> rules(List<Rule> all) {
    rules.become(all);
    return local.rulesChanged().compose(there -> source.follow());
  }

  /** Completes when all accepted messages are safe. */
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

  /** The number of queues that live on this node. */
  public int count() {
    return budget.queues();
  }

  /** Bytes of all messages in this node's queues. */
  public long bytes() {
    return budget.used();
  }

  /**
   * The number of messages from the bus that no queue had room for, and whose sender could not be
   * told.
   */
  public long lostCount() {
    return lost.sum();
  }

  /** How often a store did not do what it was told. */
  public long storeFailureCount() {
    return storeFailures.sum();
  }

  /** The most messages that a consumer has unacknowledged, if it names no number. */
  public int prefetch(String queue) {
    return rules.of(queue).prefetch();
  }

  /**
   * The holder whose share of the room a message takes.
   *
   * @param user null for none
   * @param address from which a client without a user comes
   */
  public static String holderOf(@Nullable String user, String address) {
    return user == null ? "address " + address : "user " + user;
  }

  /** Whether a name belongs to the gateway's own queues, which clients cannot name. */
  public static boolean isOurs(String queue) {
    return queue.startsWith(QueueRules.OURS);
  }

  /** The queue behind a temporary destination. It lives as long as its reader. */
  public static String temporary(String owner, String name) {
    return QueueRules.TEMPORARY + owner + '.' + name;
  }

  /** The text of a failure that a client may see. */
  public static String words(Throwable failure) {
    return OwnerCalls.code(failure) == OwnerCalls.REFUSED
        ? String.valueOf(failure.getMessage())
        : "the queue could not do it; the log of the gateway says why";
  }

  /** The answer to a request, in the form that nodes send each other. */
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
    return onDisk ? Objects.requireNonNull(disk, "a rule wants the disk") : usual;
  }

  /**
   * Will keep a message, on whichever node its queue lives. Completes when the message is safe.
   *
   * @param redelivered whether a consumer may have had it already
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

  /**
   * Makes a consumer of a queue, on whichever node that lives. The consumer belongs to the loop.
   */
  public QueueConsumer consumer(
      String queue, Options options, Context loop, Consumer<Delivery> client) {
    String id = nodes.owners().here() + '-' + consumers.incrementAndGet();
    return new QueueConsumer(nodes, queue, id, options, loop, client);
  }

  /** The loop that owns this node's part of the queue. */
  Context loopOf(String queue) {
    return hub.ownerOf(queue);
  }

  /** Does the work on that loop. Completes on the caller's context. */
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

  /** The store failed, so a message may come a second time. */
  void storeFailed(String queue, Throwable why) {
    storeHasFailed();
    LOG.log(System.Logger.Level.WARNING, "the store of queue " + queue + " failed", why);
  }

  /** It is counted; who asked is told. */
  void storeHasFailed() {
    storeFailures.increment();
  }

  void notUnderstood(Throwable why) {
    LOG.log(System.Logger.Level.WARNING, "what another node asks of queues is not understood", why);
  }

  /** Counts and logs a message from the bus that had no room and whose sender cannot be told. */
  void lost(String queue, Throwable why) {
    lost.increment();
    LOG.log(
        System.Logger.Level.WARNING, "queue {0} did not take a message: {1}", queue, words(why));
  }
}
