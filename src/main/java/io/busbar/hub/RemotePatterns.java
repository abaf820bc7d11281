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
  private static final long ANNOUNCE_MILLIS = 3_000;
  private static final long BELIEVE_MILLIS = 10_000;

  private static final String NODE = "node";
  private static final String CHANGE = "change";
  private static final String ADDED = "added";
  private static final String REMOVED = "removed";
  private static final String ALL = "all";

  /** Key with the node that has to tell all patterns; an empty name means each node. */
  private static final String ASKED = "asked";

  /** The state that another node told. Owned by the same event loop. */
  private static final class RemoteNode {
    private final Set<String> patterns = new HashSet<>();
    private long change = -1;
    private long until;
    private boolean asked;
  }

  private final EventBus bus;
  private final Runnable changed;
  private final String node = UUID.randomUUID().toString();
  private final Set<String> ours = new HashSet<>();
  private final Map<String, RemoteNode> remoteNodes = new HashMap<>();
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
    bus.<JsonObject>consumer(CHANGES, message -> received(message.body()));
    announce(ASKED, "");
    vertx.setPeriodic(ANNOUNCE_MILLIS, timer -> tick());
  }

  boolean isEmpty() {
    return index.isEmpty();
  }

  /** Returns whether a client of another node listens to a matching pattern. */
  boolean has(String address) {
    return index.has(address);
  }

  void announceAdded(String pattern) {
    if (ours.add(pattern)) {
      change++;
      if (ours.size() == 1) {
        // Other nodes may have forgotten a node without patterns.
        announce(ALL, new JsonArray().add(pattern));
      } else {
        announce(ADDED, pattern);
      }
    }
  }

  void announceRemoved(String pattern) {
    if (ours.remove(pattern)) {
      change++;
      announce(REMOVED, pattern);
    }
  }

  private void announce(String what, Object about) {
    if (clustered) {
      bus.publish(CHANGES, new JsonObject().put(NODE, node).put(CHANGE, change).put(what, about));
    }
  }

  private void tick() {
    if (!ours.isEmpty()) {
      bus.publish(CHANGES, new JsonObject().put(NODE, node).put(CHANGE, change));
    }
    long now = System.currentTimeMillis();
    Map.copyOf(remoteNodes)
        .forEach(
            (name, remoteNode) -> {
              if (remoteNode.until < now) {
                remoteNodes.remove(name);
                replace(name, remoteNode, Set.of());
              }
            });
    remoteNodes.values().forEach(remoteNode -> remoteNode.asked = false);
  }

  private void received(JsonObject message) {
    String from = message.getString(NODE);
    if (node.equals(from)) {
      return;
    }
    String asked = message.getString(ASKED);
    if (asked != null) {
      if (asked.isEmpty() || asked.equals(node)) {
        announce(ALL, new JsonArray(List.copyOf(ours)));
      }
      return;
    }
    RemoteNode remoteNode = remoteNodes.computeIfAbsent(from, name -> new RemoteNode());
    remoteNode.until = System.currentTimeMillis() + BELIEVE_MILLIS;
    long changeNumber = message.getLong(CHANGE);
    String added = message.getString(ADDED);
    String removed = message.getString(REMOVED);
    JsonArray all = message.getJsonArray(ALL);
    boolean next = changeNumber == remoteNode.change + 1;
    if (all != null) {
      Set<String> now = new HashSet<>();
      all.forEach(pattern -> now.add((String) pattern));
      replace(from, remoteNode, now);
      remoteNode.asked = false;
    } else if (added != null && next) {
      add(from, remoteNode, added);
    } else if (removed != null && next) {
      remove(from, remoteNode, removed);
    } else if (changeNumber != remoteNode.change) {
      ask(from, remoteNode);
      return;
    }
    remoteNode.change = changeNumber;
  }

  private void ask(String from, RemoteNode remoteNode) {
    if (!remoteNode.asked) {
      remoteNode.asked = true;
      announce(ASKED, from);
    }
  }

  private void replace(String name, RemoteNode remoteNode, Set<String> now) {
    List.copyOf(remoteNode.patterns).stream()
        .filter(pattern -> !now.contains(pattern))
        .forEach(pattern -> remove(name, remoteNode, pattern));
    now.forEach(pattern -> add(name, remoteNode, pattern));
  }

  private void add(String name, RemoteNode remoteNode, String pattern) {
    if (remoteNode.patterns.add(pattern)) {
      index.add(pattern, name);
      changed.run();
    }
  }

  private void remove(String name, RemoteNode remoteNode, String pattern) {
    if (remoteNode.patterns.remove(pattern)) {
      index.remove(pattern, name);
      changed.run();
    }
  }
}
