package io.busbar.presence;

import com.hazelcast.core.HazelcastInstance;
import io.busbar.cluster.OwnerCalls;
import io.busbar.cluster.Owners;
import io.busbar.config.PresenceConfig;
import io.busbar.hub.Hub;
import io.busbar.hub.PresenceCounters;
import io.busbar.hub.PresenceListener;
import io.busbar.hub.PresenceSubscriber;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.eventbus.EventBus;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The users of the channels whose rule has {@code presence}. It reports this node's users to the
 * owners of their channels, owns channels itself, and answers questions. Any thread may use it.
 */
public final class Presence implements PresenceListener {
  private static final System.Logger LOG = System.getLogger("io.busbar.presence");

  /** The users of a channel on this node, and the reporter that tells its owner. */
  private record Here(LocalChannel channel, Reporter reporter) {}

  private final Vertx vertx;
  private final Hub hub;
  private final Owners owners;
  private final AnnouncedStore store;
  private final long graceMillis;
  private final PauseDetector standstill;
  private final PresenceNodes nodes;
  private final OwnedChannels owned;
  private final ChannelEvents events;
  private final Questions questions;
  private final Occupancy occupancy;

  /** Null on a single node, where no event is lost. */
  private final @Nullable PresenceViews watches;

  private final AtomicLong accounts = new AtomicLong();

  /** Each entry is changed only on its channel's event loop. */
  private final Map<String, Here> here = new ConcurrentHashMap<>();

  private volatile boolean closed;

  private Presence(
      Vertx vertx,
      Hub hub,
      PresenceConfig config,
      List<String> occupied,
      @Nullable Owners owners,
      AnnouncedStore store,
      @Nullable Duration deadAfter) {
    this.vertx = vertx;
    this.hub = hub;
    this.owners = owners == null ? Owners.alone() : owners;
    this.store = store;
    this.graceMillis = config.grace().toMillis();
    this.standstill = new PauseDetector(vertx, deadAfter);
    this.nodes = new PresenceNodes(this, owners != null);
    this.owned = new OwnedChannels(this);
    this.events = new ChannelEvents(vertx);
    this.watches = owners == null ? null : new PresenceViews(this);
    this.occupancy = new Occupancy(occupied, hub.presence());
    this.questions = new Questions(hub.presence(), nodes, owned);
    hub.presenceListener(this);
  }

  /**
   * The presence of a single node.
   *
   * @param occupied patterns of the channels whose occupied and vacated events are wanted
   */
  public static Presence alone(Vertx vertx, Hub hub, PresenceConfig config, List<String> occupied) {
    return new Presence(vertx, hub, config, occupied, null, AnnouncedStore.none(), null);
  }

  /**
   * The presence of a node in a cluster. It blocks: do not call it on an event loop.
   *
   * @param occupied patterns of the channels whose occupied and vacated events are wanted
   * @param map the name of the map in Hazelcast
   * @param deadAfter the silence after which a node counts as dead
   */
  public static Presence clustered(
      Vertx vertx,
      Hub hub,
      PresenceConfig config,
      List<String> occupied,
      Owners owners,
      HazelcastInstance hazelcast,
      String map,
      Duration deadAfter) {
    AnnouncedStore store = new HazelcastAnnounced(vertx, hazelcast, map);
    return new Presence(vertx, hub, config, occupied, owners, store, deadAfter);
  }

  /** Completes when clients, features and other nodes can ask. */
  public Future<Void> start() {
    return nodes
        .start()
        .compose(listening -> questions.start(vertx))
        .onSuccess(listening -> begin());
  }

  private void begin() {
    owned.start();
    if (watches != null) {
      watches.start();
    }
  }

  @Override
  public void joined(PresenceSubscriber who) {
    loopOf(who.channel())
        .runOnContext(
            nothing -> {
              Here its = here.computeIfAbsent(who.channel(), this::open);
              its.channel().joined(who);
              its.reporter().changed(who.user());
            });
  }

  @Override
  public void left(PresenceSubscriber who) {
    loopOf(who.channel())
        .runOnContext(
            nothing -> {
              Here its = here.get(who.channel());
              if (its != null) {
                its.channel().left(who);
                its.reporter().changed(who.user());
              }
            });
  }

  @Override
  public void occupied(String channel) {
    if (occupancy.has(channel)) {
      joined(PresenceSubscriber.somebody(channel));
    }
  }

  @Override
  public void vacated(String channel) {
    if (occupancy.has(channel)) {
      left(PresenceSubscriber.somebody(channel));
    }
  }

  @Override
  public void watched(String channel) {
    if (watches != null) {
      watches.begin(channel);
    }
  }

  @Override
  public void unwatched(String channel) {
    if (watches != null) {
      watches.end(channel);
    }
  }

  private Here open(String channel) {
    LocalChannel its = new LocalChannel();
    Runnable forget =
        () -> {
          if (its.isEmpty()) {
            here.remove(channel);
          }
        };
    return new Here(its, new Reporter(channel, this, loopOf(channel), its, forget));
  }

  /**
   * Answers the owner of channels, which asks for this node's users. The answer lists the channels
   * without users. For the others, reports follow.
   *
   * @param channels each with the number of the account that the owner knows
   */
  JsonObject asked(JsonObject channels) {
    JsonArray nobody = new JsonArray();
    for (String channel : channels.fieldNames()) {
      if (here.containsKey(channel)) {
        long known = channels.getLong(channel);
        with(channel, its -> its.reporter().reportAll(known));
      } else {
        nobody.add(channel);
      }
    }
    return PresenceNodes.nobody(nobody);
  }

  void ownersChanged() {
    owned.ownersChanged();
    here.keySet().forEach(channel -> with(channel, its -> its.reporter().ownersChanged()));
  }

  private void with(String channel, Consumer<Here> action) {
    loopOf(channel)
        .runOnContext(
            nothing -> {
              Here its = here.get(channel);
              if (its != null) {
                action.accept(its);
              }
            });
  }

  /** A number that is larger than all before. */
  long nextAccount() {
    return accounts.incrementAndGet();
  }

  Vertx vertx() {
    return vertx;
  }

  EventBus bus() {
    return vertx.eventBus();
  }

  Owners owners() {
    return owners;
  }

  AnnouncedStore store() {
    return store;
  }

  PauseDetector standstill() {
    return standstill;
  }

  PresenceNodes nodes() {
    return nodes;
  }

  OwnedChannels owned() {
    return owned;
  }

  ChannelEvents events() {
    return events;
  }

  PresenceCounters counters() {
    return hub.counters().presence();
  }

  /** Whether the members of the channel are announced, and not only whether it is occupied. */
  boolean hasMembers(String channel) {
    return hub.presence().has(channel);
  }

  /** The grace period: a user that comes back within it has not left. */
  long graceMillis() {
    return graceMillis;
  }

  /** The event loop that owns this node's part of the channel. */
  Context loopOf(String channel) {
    return hub.ownerOf(channel);
  }

  /** Does the work on that loop. Completes on the caller's context. */
  <T> Future<T> on(Context loop, Supplier<Future<T>> work) {
    Context caller = vertx.getOrCreateContext();
    Promise<T> promise = Promise.promise();
    loop.runOnContext(
        nothing ->
            work.get().onComplete(result -> caller.runOnContext(back -> promise.handle(result))));
    return promise.future();
  }

  /**
   * Will give up all channels. Completes when all decisions are announced. Hazelcast does not
   * answer calls after that, so their failures are logged at debug level.
   */
  public Future<Void> close() {
    return owned.close().onComplete(told -> closed = true);
  }

  /** Logs a failure that repairs itself. */
  void failed(String format, Object... parameters) {
    LOG.log(closed ? Level.DEBUG : Level.WARNING, format, parameters);
  }

  /** Logs a bug, or a message from a node of another version. */
  void unexpected(String what, Throwable why) {
    LOG.log(Level.WARNING, what, why);
  }

  /** The text of a failure that the caller may see. */
  static String words(Throwable failure) {
    return OwnerCalls.code(failure) == OwnerCalls.REFUSED
        ? String.valueOf(failure.getMessage())
        : "the owner of the channel does not answer";
  }
}
