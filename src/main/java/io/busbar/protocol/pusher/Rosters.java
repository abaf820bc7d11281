package io.busbar.protocol.pusher;

import io.busbar.hub.Hub;
import io.vertx.core.Vertx;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;

/** The presence channels that sessions of this node are in. Any thread may use it. */
final class Rosters {
  private final Vertx vertx;
  private final Hub hub;

  /**
   * A presence channel.
   *
   * @param name as its app calls it
   */
  record Place(String address, String name) {}

  /** Each changed on its address's event loop only. */
  private final Map<Place, Roster> rosters = new ConcurrentHashMap<>();

  Rosters(Vertx vertx, Hub hub) {
    this.vertx = vertx;
    this.hub = hub;
  }

  /** The member wants to come in. */
  void asks(Place place, RosterMember member) {
    on(place, () -> open(place).asks(member));
  }

  /** Its session is in, as the hub knows. */
  void comes(Place place, RosterMember member) {
    on(place, () -> with(place, roster -> roster.comes(member)));
  }

  /** It has left, or does not come. */
  void leaves(Place place, RosterMember member) {
    on(place, () -> with(place, roster -> roster.leaves(member)));
  }

  /** Will tell whether the user is in that channel. */
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
