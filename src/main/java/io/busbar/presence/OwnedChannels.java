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
 * The channels whose presence this node owns: there from the first report on, or when another owner
 * has left something; gone when they are empty, or owned elsewhere. Any thread may look; each
 * channel is made and forgotten on its own event loop.
 */
final class OwnedChannels {
  private static final long TICK_MILLIS = 1_000;
  private static final int TICKS_AN_AUDIT = 30;

  /** After a change, so that the others have seen it, too. */
  private static final long SCAN_SOON_MILLIS = 500;

  /**
   * That of a channel that is not open. Where the store has one yet, who asks is told by a list.
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

  /** Owns nothing any more; will complete when all is told that it has decided. */
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

  /** Will take in what a node tells; called on the channel's event loop. */
  Future<Void> tell(Report report) {
    String name = report.channel();
    return isHere(name) ? open(name).tell(report) : OwnerCalls.elsewhere();
  }

  /** Will return a page of who is there; called on the channel's event loop. */
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

  /** What was told of these channels, of those that this node owns and knows. */
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

  /** Will do it on the channel's event loop, if this node owns it. */
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

  /** Whether another node may have owned it meanwhile. */
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

  /** Another node has taken the channel; called on its event loop. */
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

  /** Whether it is still the one that counts. */
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

  /** Opens what another owner has left here. */
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
