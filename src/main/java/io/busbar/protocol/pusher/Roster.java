package io.busbar.protocol.pusher;

import io.busbar.hub.EncodedMessage;
import io.busbar.hub.PresenceChannels;
import io.busbar.hub.PresenceEvent;
import io.vertx.core.AsyncResult;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import io.vertx.core.eventbus.Message;
import io.vertx.core.eventbus.MessageConsumer;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.lang.System.Logger.Level;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The members of one presence channel, for its sessions on this node. It listens to changes, then
 * asks for the list, and asks again periodically, because changes may be lost during a network
 * fault. Owned by the event loop of the channel's address.
 */
final class Roster implements PresenceEvent.Listener {
  private static final System.Logger LOG = System.getLogger("io.busbar.pusher");
  private static final long AGAIN_MILLIS = 1_000;
  private static final long REFRESH_MILLIS = 30_000;
  private static final long LINGER_MILLIS = 5_000;

  private final Vertx vertx;
  private final String address;
  private final String channel;
  private final Runnable forget;
  private final Map<String, Object> users = new TreeMap<>();
  private final Set<RosterMember> listeners = new LinkedHashSet<>();

  /** Sessions that asked before the list was there. */
  private final Set<RosterMember> early = new LinkedHashSet<>();

  /** Sessions that may join and have not joined yet. */
  private final Set<RosterMember> coming = new HashSet<>();

  /** Sessions that have joined, by users whose arrival is not announced yet. */
  private final Map<String, Set<RosterMember>> expected = new HashMap<>();

  private final Set<RosterWatcher> watchers = new HashSet<>();
  private @Nullable MessageConsumer<Object> consumer;

  /** Users with changes since the list was asked for; null while no request is open. */
  private @Nullable Set<String> changedUsers;

  /** The list for members; null after a change. */
  private @Nullable JsonObject presence;

  private boolean known;
  private boolean lingering;

  /**
   * Whether it has asked again after the first list. By then other nodes know that this node
   * listens.
   */
  private boolean settled;

  private long timer = -1;

  /**
   * @param forget called when it is not needed any more
   */
  Roster(Vertx vertx, String address, String channel, Runnable forget) {
    this.vertx = vertx;
    this.address = address;
    this.channel = channel;
    this.forget = forget;
  }

  /** Starts to listen. Called on the event loop, as all other methods. */
  void open() {
    consumer = vertx.eventBus().consumer(PresenceChannels.PREFIX + address, this::received);
    Context loop = vertx.getOrCreateContext();
    consumer.completion().onComplete(listening -> loop.runOnContext(nothing -> ask()));
  }

  /** Handles a session that wants to join. */
  void asks(RosterMember member) {
    if (!known) {
      early.add(member);
    } else if (users.size() >= member.most() && !users.containsKey(member.user())) {
      member.isTooMuch();
      closeIfEmpty();
    } else {
      coming.add(member);
      member.mayCome();
    }
  }

  /** Handles a session that has joined in the hub. */
  void comes(RosterMember member) {
    if (!coming.remove(member)) {
      return;
    }
    if (users.containsKey(member.user())) {
      welcome(member);
    } else {
      expected.computeIfAbsent(member.user(), user -> new LinkedHashSet<>()).add(member);
      askAfter(AGAIN_MILLIS);
    }
  }

  /** Handles a session that has left or does not join. */
  void leaves(RosterMember member) {
    listeners.remove(member);
    early.remove(member);
    coming.remove(member);
    Set<RosterMember> waiting = expected.get(member.user());
    if (waiting != null && waiting.remove(member) && waiting.isEmpty()) {
      expected.remove(member.user());
    }
    closeIfEmpty();
  }

  /** Will report whether the user is here, and each change. */
  void watch(RosterWatcher watcher) {
    watchers.add(watcher);
    if (known) {
      show(watcher);
    }
  }

  void unwatch(RosterWatcher watcher) {
    watchers.remove(watcher);
    closeIfEmpty();
  }

  private void closeIfEmpty() {
    if (isEmpty() && !lingering) {
      lingering = true;
      vertx.setTimer(
          LINGER_MILLIS,
          id -> {
            lingering = false;
            if (isEmpty() && consumer != null) {
              consumer.unregister();
              consumer = null;
              forget.run();
            }
          });
    }
  }

  private boolean isEmpty() {
    return listeners.isEmpty()
        && early.isEmpty()
        && coming.isEmpty()
        && expected.isEmpty()
        && watchers.isEmpty();
  }

  private boolean isClosed() {
    return consumer == null;
  }

  private void welcome(RosterMember member) {
    listeners.add(member);
    member.isIn(presence());
  }

  private JsonObject presence() {
    if (presence == null) {
      JsonObject hash = new JsonObject();
      users.forEach((user, info) -> hash.put(user, info == null ? new JsonObject() : info));
      presence =
          new JsonObject()
              .put("ids", new JsonArray(new ArrayList<>(users.keySet())))
              .put("hash", hash)
              .put("count", users.size());
    }
    return presence;
  }

  private void received(Message<Object> message) {
    PresenceEvent.dispatch(message.body(), changedUsers, this);
  }

  @Override
  public void joined(String user, @Nullable Object info) {
    boolean isNew = !users.containsKey(user);
    users.put(user, info);
    presence = null;
    if (isNew) {
      notifyOthers(ServerEvents.memberAdded(channel, user, info), user);
    }
    Set<RosterMember> came = expected.remove(user);
    if (came != null) {
      came.forEach(this::welcome);
    }
  }

  @Override
  public void left(String user) {
    if (users.containsKey(user)) {
      users.remove(user);
      presence = null;
      notifyOthers(ServerEvents.memberRemoved(channel, user), user);
    }
  }

  /** Tells all members except the user itself. */
  private void notifyOthers(EncodedMessage change, String user) {
    for (RosterMember member : listeners) {
      if (!member.user().equals(user)) {
        member.hears(change);
      }
    }
    if (known) {
      watchers.stream().filter(each -> each.user().equals(user)).forEach(this::show);
    }
  }

  private void show(RosterWatcher watcher) {
    watcher.sees(users.containsKey(watcher.user()));
  }

  private void ask() {
    if (isClosed() || changedUsers != null) {
      return;
    }
    Set<String> meanwhile = new HashSet<>();
    changedUsers = meanwhile;
    Context loop = vertx.getOrCreateContext();
    PresenceList.ask(vertx, address)
        .onComplete(list -> loop.runOnContext(nothing -> answered(list, meanwhile)));
  }

  private void answered(AsyncResult<Map<String, Object>> list, Set<String> meanwhile) {
    if (list.succeeded()) {
      learn(list.result(), meanwhile);
    } else {
      LOG.log(Level.DEBUG, "who is in {0} is not known: {1}", address, list.cause());
    }
    changedUsers = null;
    boolean soon = !known || !expected.isEmpty() || !settled;
    settled = known;
    askAfter(soon ? AGAIN_MILLIS : REFRESH_MILLIS);
  }

  private void askAfter(long millis) {
    vertx.cancelTimer(timer);
    timer = vertx.setTimer(millis, id -> ask());
  }

  /** Updates the members from the list; changes heard meanwhile are newer than the list. */
  private void learn(Map<String, Object> list, Set<String> meanwhile) {
    list.forEach(
        (user, info) -> {
          if (!meanwhile.contains(user)) {
            joined(user, info);
          }
        });
    for (String user : List.copyOf(users.keySet())) {
      if (!list.containsKey(user) && !meanwhile.contains(user)) {
        left(user);
      }
    }
    if (!known) {
      known = true;
      watchers.forEach(this::show);
    }
    List<RosterMember> waiting = List.copyOf(early);
    early.clear();
    waiting.forEach(this::asks);
  }
}
