package io.busbar.stream;

import io.busbar.cluster.Owners;
import io.busbar.config.ChannelRule;
import io.busbar.config.Reason;
import io.busbar.config.StreamsConfig;
import io.busbar.hub.ChannelRules;
import io.busbar.hub.History;
import io.busbar.hub.Hub;
import io.busbar.hub.Payload;
import io.busbar.hub.Position;
import io.busbar.hub.Since;
import io.busbar.hub.StreamMessage;
import io.busbar.hub.StreamPage;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.MultiMap;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.eventbus.DeliveryContext;
import io.vertx.core.eventbus.DeliveryOptions;
import java.lang.System.Logger.Level;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/**
 * The channels with a history. A publication on such a channel goes first to the node that owns the
 * channel's name. That node gives it a position and stores it. Then it is published on the bus as
 * usual, with its position in two headers. Any thread may use it. Each stream belongs to the event
 * loop that its name selects.
 */
public final class Streams implements History {
  private static final System.Logger LOG = System.getLogger("io.busbar.stream");

  /**
   * The most bytes that wait for the owners of streams on other nodes. Above this, publications are
   * refused.
   */
  private static final long MOST_WAITING = 64L << 20;

  /** Set while this thread publishes a message that has its position. */
  private static final ThreadLocal<Boolean> SPEAKING = new ThreadLocal<>();

  private final Vertx vertx;
  private final Hub hub;
  private final ChannelRules rules;
  private final StreamStore store;
  private final StreamBudget budget;
  private final LocalStreams local;
  private final @Nullable StreamNodes nodes;
  private final String source = UUID.randomUUID().toString();
  private final AtomicLong numbers = new AtomicLong();
  private final AtomicLong waitingBytes = new AtomicLong();
  private final Map<String, AppendBatcher> batchers = new ConcurrentHashMap<>();
  private final LongAdder published = new LongAdder();
  private final LongAdder lost = new LongAdder();
  private final LongAdder evicted = new LongAdder();
  private final LongAdder storeFailures = new LongAdder();

  /**
   * Makes the streams of a single node, or of a node in a cluster. From now on, every publication
   * on a stream goes through its owner.
   *
   * @param owners which node each stream lives on; null on a single node
   * @param store where they are stored in addition to this node's memory; null for nowhere
   */
  public Streams(
      Vertx vertx,
      Hub hub,
      StreamsConfig config,
      @Nullable Owners owners,
      @Nullable StreamStore store) {
    this.vertx = vertx;
    this.hub = hub;
    this.rules = hub.channelRules();
    this.store = store == null ? StreamStore.none() : store;
    this.budget = new StreamBudget(config, owners != null);
    Owners all = owners == null ? Owners.alone() : owners;
    this.local = new LocalStreams(this, all);
    this.nodes = owners == null ? null : new StreamNodes(this, all);
    vertx.eventBus().addOutboundInterceptor(this::intercept);
    hub.history(this);
  }

  /** Completes when other nodes can call. */
  public Future<Void> start() {
    local.start();
    return nodes == null ? Future.succeededFuture() : nodes.start();
  }

  /** Completes when all accepted messages are safe. */
  public Future<Void> close() {
    return store.close();
  }

  Vertx vertx() {
    return vertx;
  }

  StreamStore store() {
    return store;
  }

  LocalStreams local() {
    return local;
  }

  @Override
  public Figures figures() {
    return new Figures(
        budget.count(),
        budget.bytes(),
        published.sum(),
        lost.sum(),
        evicted.sum(),
        storeFailures.sum());
  }

  @Override
  public Future<List<StreamView>> streams(String prefix, String after, int limit) {
    List<Future<StreamView>> views =
        local.all().stream()
            .filter(one -> one.name().startsWith(prefix) && one.name().compareTo(after) > 0)
            .sorted(Comparator.comparing(Stream::name))
            .limit(limit)
            .map(this::view)
            .toList();
    return Future.all(views).map(all -> all.<StreamView>list());
  }

  private Future<StreamView> view(Stream stream) {
    Promise<StreamView> view = Promise.promise();
    stream.run(() -> view.complete(stream.view()));
    return view.future();
  }

  /** The loop that owns this node's part of the stream. */
  Context loopOf(String stream) {
    return hub.ownerOf(stream);
  }

  Stream stream(String name, Context loop) {
    ChannelRule rule = Objects.requireNonNull(rules.of(name), "only what is kept is asked about");
    return new Stream(name, this, store, loop, rule);
  }

  @Override
  public boolean keeps(String address) {
    return rules.isStream(address);
  }

  /** Takes publications on streams from the bus, on the publisher's thread. */
  private void intercept(DeliveryContext<Object> delivery) {
    String address = delivery.message().address();
    boolean ours =
        !delivery.send()
            && SPEAKING.get() == null
            && keeps(address)
            && !History.isPassing(delivery.message().headers());
    Payload payload = ours ? Payload.ofBody(delivery.body()) : null;
    if (payload == null) {
      delivery.next();
      return;
    }
    MultiMap headers = MultiMap.caseInsensitiveMultiMap().addAll(delivery.message().headers());
    headers.remove(Position.EPOCH).remove(Position.OFFSET);
    Future<Void> kept = publish(address, new Draft(payload.packed(), headers, null), "");
    if (delivery instanceof Promise<?> written) {
      kept.onComplete(done -> written.tryComplete(), written::tryFail);
    }
  }

  @Override
  public Future<Void> publish(String address, Payload payload, MultiMap headers, String holder) {
    return publish(address, new Draft(payload.packed(), headers, payload), holder);
  }

  private Future<Void> publish(String address, Draft draft, String holder) {
    int size = draft.packed().raw().length;
    if (waitingBytes.addAndGet(size) > MOST_WAITING) {
      waitingBytes.addAndGet(-size);
      return lost(address, "too much waits for other nodes");
    }
    Promise<Void> kept = Promise.promise();
    Context loop = loopOf(address);
    loop.runOnContext(nothing -> batcher(address, loop).take(draft, holder, kept));
    return kept.future()
        .onComplete(done -> waitingBytes.addAndGet(-size))
        .onFailure(e -> lost(address, Reason.of(e)));
  }

  private AppendBatcher batcher(String address, Context loop) {
    return batchers.computeIfAbsent(
        address,
        name ->
            new AppendBatcher(
                (holder, drafts) -> {
                  long number = numbers.incrementAndGet();
                  return ask(StreamCall.keep(name, source, number, holder, drafts), loop)
                      .mapEmpty();
                },
                () -> batchers.remove(name)));
  }

  private Future<Void> lost(String address, String why) {
    lost.increment();
    LOG.log(Level.WARNING, "a message on stream {0} is lost: {1}", address, why);
    return Future.failedFuture(why);
  }

  @Override
  public Future<StreamPage> read(String address, Since since, int messages) {
    Promise<StreamPage> read = Promise.promise();
    Context loop = loopOf(address);
    loop.runOnContext(
        nothing -> ask(StreamCall.read(address, since, messages), loop).onComplete(read));
    return read.future();
  }

  /** Called on the stream's loop, and completes there. */
  private Future<StreamPage> ask(StreamCall call, Context loop) {
    return nodes == null ? local.perform(call, loop) : nodes.ask(call, loop);
  }

  /** Loads the stream if it lives here. */
  void touch(String stream) {
    Context loop = loopOf(stream);
    loop.runOnContext(nothing -> local.perform(StreamCall.read(stream, Since.next(), 0), loop));
  }

  @Override
  public void onChange(Runnable changed) {
    if (nodes != null) {
      nodes.onChange(changed);
    }
  }

  /** Publishes a stored message. Called on the stream's loop, in the order of the offsets. */
  void announce(String stream, @Nullable Object body, StreamMessage message) {
    published.increment();
    DeliveryOptions options = new DeliveryOptions();
    message.headers().forEach(options::addHeader);
    options.addHeader(Position.EPOCH, message.position().epoch());
    options.addHeader(Position.OFFSET, Long.toString(message.offset()));
    SPEAKING.set(true);
    try {
      vertx.eventBus().publish(stream, body, options);
    } finally {
      SPEAKING.remove();
    }
  }

  /** Notes that a stream has stored messages. Others may be dropped to make room. */
  void used(Stream stream) {
    if (stream.isOver()) {
      return;
    }
    if (nodes != null) {
      nodes.heads().moved(stream);
    }
    if (stream.hasChanged()) {
      long bytes = stream.bytes();
      String holder = stream.holder();
      loopOf("").runOnContext(nothing -> makeRoom(budget.used(stream, bytes, holder)));
    }
  }

  private void makeRoom(List<Stream> victims) {
    evicted.add(victims.size());
    victims.forEach(
        victim -> {
          LOG.log(Level.WARNING, "stream {0} was dropped to make room (streams.*)", victim.name());
          victim.run(victim::drop);
        });
  }

  /** Notes that a stream no longer lives here. */
  void closed(Stream stream) {
    loopOf("").runOnContext(nothing -> budget.closed(stream));
  }

  void headOf(String stream, Position head) {
    hub.streamIsAt(stream, head);
  }

  void storeFailed(String stream, Throwable why) {
    storeFailures.increment();
    LOG.log(Level.WARNING, "the store of stream {0} failed: {1}", stream, why);
    LOG.log(Level.DEBUG, stream, why);
  }

  void notUnderstood(Throwable why) {
    LOG.log(Level.WARNING, "what another node asks of streams is not understood", why);
  }
}
