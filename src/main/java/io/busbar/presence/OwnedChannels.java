package io.busbar.presence;

import io.busbar.cluster.OwnerCalls;
import io.busbar.cluster.Owners;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import java.util.function.Predicate;

/**
 * The channels whose presence this node owns. A channel exists from its first report, or when
 * another owner has left entries of it. It is removed when it is empty or owned elsewhere. Any
 * thread may look; each channel is made and removed on its own event loop.
 */
final class OwnedChannels {
  private static final long TICK_MILLIS = 1_000;
  private static final int TICKS_AN_AUDIT = 30;

  /** The delay after a change, which gives the other nodes time to see it, too. */
  private static final long SCAN_SOON_MILLIS = 500;

  /**
   * The digest of a channel that is not open. If the store has entries of it, a list corrects the
   * caller.
   */
  private static final String NOBODY = new Digest().toString();

  private final Presence presence;
  private final Map<String, OwnedChannel> opened = new ConcurrentHashMap<>();
  private final AtomicBoolean scanning = new AtomicBoolean();
  private long ticks;
  private volatile long timer;
  private volatile boolean closing;

  OwnedChannels(Presence presence) {
    this.presence = presence;
  }

  void start() {
    timer = presence.vertx().setPeriodic(TICK_MILLIS, id -> tick());
    scan();
  }

  /** Gives up all channels. Will complete when all decisions are announced. */
  Future<Void> close() {
    closing = true;
    presence.vertx().cancelTimer(timer);
    List<Future<Void>> idle = new ArrayList<>();
    for (String name : opened.keySet()) {
      idle.add(presence.on(presence.loopOf(name), () -> close(name)));
    }
    return Future.join(idle).mapEmpty();
  }

  private Future<Void> close(String name) {
    OwnedChannel channel = opened.get(name);
    if (channel == null) {
      return Future.succeededFuture();
    }
    forget(channel);
    return channel.whenIdle();
  }

  /** Will take in a node's report. Called on the channel's event loop. */
  Future<Void> tell(Report report) {
    String name = report.channel();
    return isHere(name) ? open(name).tell(report) : OwnerCalls.elsewhere();
  }

  /** Will return a page of the users. Called on the channel's event loop. */
  Future<JsonObject> list(String name, String after, int limit) {
    if (!isHere(name)) {
      return OwnerCalls.elsewhere();
    }
    OwnedChannel channel = opened.get(name);
    if (channel != null) {
      return channel.list(after, limit);
    }
    Context loop = presence.loopOf(name);
    return presence
        .store()
        .has(name)
        .compose(has -> presence.on(loop, () -> listKept(name, after, limit, has)));
  }

  private Future<JsonObject> listKept(String name, String after, int limit, boolean kept) {
    if (!isHere(name)) {
      return OwnerCalls.elsewhere();
    }
    boolean there = kept || opened.containsKey(name);
    return there ? open(name).list(after, limit) : Future.succeededFuture(MemberPage.empty());
  }

  /**
   * Will list the channels that this node owns, by name, with how many users are in each.
   *
   * @param which names
   */
  Future<JsonArray> counts(Predicate<String> which, int limit) {
    List<Future<JsonObject>> counts =
        opened.keySet().stream().filter(which).sorted().limit(limit).map(this::count).toList();
    return Future.all(counts).map(all -> new JsonArray(all.<JsonObject>list()));
  }

  private Future<JsonObject> count(String name) {
    return presence.on(
        presence.loopOf(name),
        () -> {
          OwnedChannel channel = opened.get(name);
          int users = channel == null ? 0 : channel.userCount();
          return Future.succeededFuture(new JsonObject().put("channel", name).put("users", users));
        });
  }

  /** The digests of those of these channels that this node owns and has loaded. */
  JsonObject digests(List<String> names) {
    JsonObject digests = new JsonObject();
    for (String name : names) {
      OwnedChannel channel = opened.get(name);
      String digest = channel == null ? NOBODY : channel.digest();
      if (digest != null && isHere(name)) {
        digests.put(name, digest);
      }
    }
    return digests;
  }

  /** Will run the action on the channel's event loop, if the channel is open here. */
  void with(String name, Consumer<OwnedChannel> action) {
    presence
        .loopOf(name)
        .runOnContext(
            nothing -> {
              OwnedChannel channel = opened.get(name);
              if (channel != null) {
                action.accept(channel);
              }
            });
  }

  private boolean isHere(String name) {
    return !closing && presence.owners().isHere(name);
  }

  private OwnedChannel open(String name) {
    OwnedChannel channel = opened.get(name);
    if (channel == null || wasAway(channel)) {
      if (channel != null) {
        channel.close();
      }
      channel = new OwnedChannel(name, presence, presence.loopOf(name), channel);
      opened.put(name, channel);
      channel.open();
    }
    return channel;
  }

  /** Whether another node may have owned the channel meanwhile. */
  private boolean wasAway(OwnedChannel channel) {
    Owners owners = presence.owners();
    return Math.max(owners.wokeMillis(), presence.standstill().wokeMillis())
        > channel.openedMillis();
  }

  private void forEach(Consumer<OwnedChannel> action) {
    opened.keySet().forEach(name -> with(name, action));
  }

  private void tick() {
    boolean audit = ++ticks % TICKS_AN_AUDIT == 0;
    forEach(
        channel -> {
          if (!check(channel)) {
            return;
          }
          if (channel.tick()) {
            forget(channel);
          } else if (audit) {
            channel.audit();
          }
        });
    if (audit) {
      scan();
    }
  }

  /** Another node has taken the channel. Called on the channel's event loop. */
  void taken(String name, Announcements by) {
    OwnedChannel channel = opened.get(name);
    if (channel == null || !channel.tellsBy(by)) {
      return;
    }
    forget(channel);
    if (isHere(name)) {
      open(name);
    }
  }

  private void forget(OwnedChannel channel) {
    channel.close();
    opened.remove(channel.name(), channel);
  }

  /** Whether the channel is still open and owned here. */
  private boolean check(OwnedChannel channel) {
    if (!isHere(channel.name())) {
      forget(channel);
      return false;
    }
    return open(channel.name()) == channel;
  }

  void ownersChanged() {
    forEach(
        channel -> {
          if (check(channel)) {
            channel.nodesChanged();
          }
        });
    if (scanning.compareAndSet(false, true)) {
      presence
          .vertx()
          .setTimer(
              SCAN_SOON_MILLIS,
              timer -> {
                scanning.set(false);
                scan();
              });
    }
  }

  /** Opens the channels of which another owner has left entries here. */
  private void scan() {
    presence
        .store()
        .channels()
        .onFailure(e -> presence.failed("looking for channels failed: {0}", e))
        .onSuccess(
            names ->
                names.forEach(
                    name ->
                        presence
                            .loopOf(name)
                            .runOnContext(
                                nothing -> {
                                  if (isHere(name)) {
                                    open(name);
                                  }
                                })));
  }
}
