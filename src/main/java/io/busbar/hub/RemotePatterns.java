package io.busbar.hub;

import io.vertx.core.Vertx;
import io.vertx.core.eventbus.EventBus;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;

/**
 * The patterns that clients of other nodes listen to. Nodes tell each change with its number, and
 * repeat the last number every few seconds. A node that missed a change asks for all patterns.
 * Owned by one event loop; any thread may search.
 */
final class RemotePatterns {
  private static final String CHANGES = "busbar.publications.patterns";
  private static final long TELL_MILLIS = 3_000;
  private static final long BELIEVE_MILLIS = 10_000;

  private static final String NODE = "node";
  private static final String CHANGE = "change";
  private static final String ADDED = "added";
  private static final String REMOVED = "removed";
  private static final String ALL = "all";

  /** Key with the node that has to tell all patterns; an empty name means each node. */
  private static final String ASKED = "asked";

  /** The state that another node told. Owned by the same event loop. */
  private static final class Neighbour {
    private final Set<String> patterns = new HashSet<>();
    private long change = -1;
    private long until;
    private boolean asked;
  }

  private final EventBus bus;
  private final Runnable changed;
  private final String node = UUID.randomUUID().toString();
  private final Set<String> ours = new HashSet<>();
  private final Map<String, Neighbour> neighbours = new HashMap<>();
  private final AddressIndex<String> index = new AddressIndex<>();
  private boolean clustered;
  private long change;

  /**
   * @param changed called when the patterns of other nodes have changed
   */
  RemotePatterns(EventBus bus, Runnable changed) {
    this.bus = bus;
    this.changed = changed;
  }

  void start(Vertx vertx) {
    clustered = true;
    bus.<JsonObject>consumer(CHANGES, message -> heard(message.body()));
    tell(ASKED, "");
    vertx.setPeriodic(TELL_MILLIS, timer -> tick());
  }

  boolean isEmpty() {
    return index.isEmpty();
  }

  /** Returns whether a client of another node listens to a matching pattern. */
  boolean has(String address) {
    return index.has(address);
  }

  void tellAdded(String pattern) {
    if (ours.add(pattern)) {
      change++;
      if (ours.size() == 1) {
        // Other nodes may have forgotten a node without patterns.
        tell(ALL, new JsonArray().add(pattern));
      } else {
        tell(ADDED, pattern);
      }
    }
  }

  void tellRemoved(String pattern) {
    if (ours.remove(pattern)) {
      change++;
      tell(REMOVED, pattern);
    }
  }

  private void tell(String what, Object about) {
    if (clustered) {
      bus.publish(CHANGES, new JsonObject().put(NODE, node).put(CHANGE, change).put(what, about));
    }
  }

  private void tick() {
    if (!ours.isEmpty()) {
      bus.publish(CHANGES, new JsonObject().put(NODE, node).put(CHANGE, change));
    }
    long now = System.currentTimeMillis();
    Map.copyOf(neighbours)
        .forEach(
            (name, neighbour) -> {
              if (neighbour.until < now) {
                neighbours.remove(name);
                replace(name, neighbour, Set.of());
              }
            });
    neighbours.values().forEach(neighbour -> neighbour.asked = false);
  }

  private void heard(JsonObject message) {
    String from = message.getString(NODE);
    if (node.equals(from)) {
      return;
    }
    String asked = message.getString(ASKED);
    if (asked != null) {
      if (asked.isEmpty() || asked.equals(node)) {
        tell(ALL, new JsonArray(List.copyOf(ours)));
      }
      return;
    }
    Neighbour neighbour = neighbours.computeIfAbsent(from, name -> new Neighbour());
    neighbour.until = System.currentTimeMillis() + BELIEVE_MILLIS;
    long told = message.getLong(CHANGE);
    String added = message.getString(ADDED);
    String removed = message.getString(REMOVED);
    JsonArray all = message.getJsonArray(ALL);
    boolean next = told == neighbour.change + 1;
    if (all != null) {
      Set<String> now = new HashSet<>();
      all.forEach(pattern -> now.add((String) pattern));
      replace(from, neighbour, now);
      neighbour.asked = false;
    } else if (added != null && next) {
      add(from, neighbour, added);
    } else if (removed != null && next) {
      remove(from, neighbour, removed);
    } else if (told != neighbour.change) {
      ask(from, neighbour);
      return;
    }
    neighbour.change = told;
  }

  private void ask(String from, Neighbour neighbour) {
    if (!neighbour.asked) {
      neighbour.asked = true;
      tell(ASKED, from);
    }
  }

  private void replace(String name, Neighbour neighbour, Set<String> now) {
    List.copyOf(neighbour.patterns).stream()
        .filter(pattern -> !now.contains(pattern))
        .forEach(pattern -> remove(name, neighbour, pattern));
    now.forEach(pattern -> add(name, neighbour, pattern));
  }

  private void add(String name, Neighbour neighbour, String pattern) {
    if (neighbour.patterns.add(pattern)) {
      index.add(pattern, name);
      changed.run();
    }
  }

  private void remove(String name, Neighbour neighbour, String pattern) {
    if (neighbour.patterns.remove(pattern)) {
      index.remove(pattern, name);
      changed.run();
    }
  }
}
