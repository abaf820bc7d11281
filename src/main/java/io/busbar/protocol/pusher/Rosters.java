package io.busbar.protocol.pusher;

import io.busbar.hub.Hub;
import io.vertx.core.Vertx;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;

/** The presence channels with sessions on this node. Any thread may use it. */
final class Rosters {
  private final Vertx vertx;
  private final Hub hub;

  /**
   * A presence channel.
   *
   * @param name in its app
   */
  record Place(String address, String name) {}

  /** Each entry is changed only on the event loop of its address. */
  private final Map<Place, Roster> rosters = new ConcurrentHashMap<>();

  Rosters(Vertx vertx, Hub hub) {
    this.vertx = vertx;
    this.hub = hub;
  }

  /** Asks whether the member may join. */
  void asks(Place place, RosterMember member) {
    on(place, () -> open(place).asks(member));
  }

  /** Reports that the member has joined in the hub. */
  void comes(Place place, RosterMember member) {
    on(place, () -> with(place, roster -> roster.comes(member)));
  }

  /** Reports that the member has left or does not join. */
  void leaves(Place place, RosterMember member) {
    on(place, () -> with(place, roster -> roster.leaves(member)));
  }

  /** Will report whether the user is in that channel. */
  void watch(Place place, RosterWatcher watcher) {
    on(place, () -> open(place).watch(watcher));
  }

  void unwatch(Place place, RosterWatcher watcher) {
    on(place, () -> with(place, roster -> roster.unwatch(watcher)));
  }

  private void on(Place place, Runnable action) {
    hub.ownerOf(place.address()).runOnContext(nothing -> action.run());
  }

  private void with(Place place, Consumer<Roster> action) {
    Roster roster = rosters.get(place);
    if (roster != null) {
      action.accept(roster);
    }
  }

  private Roster open(Place place) {
    Roster roster = rosters.get(place);
    if (roster == null) {
      roster = new Roster(vertx, place.address(), place.name(), () -> rosters.remove(place));
      rosters.put(place, roster);
      roster.open();
    }
    return roster;
  }
}
