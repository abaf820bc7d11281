package io.busbar.protocol.stomp;

import io.busbar.hub.Hub;
import io.busbar.hub.Session;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What one session subscribed to. Owned by its event loop. */
final class StompSubscriptions {
  /**
   * One of them.
   *
   * @param key what the hub knows it by
   * @param id as the client wrote it; null where a client of 1.0 wrote none
   * @param consumer of the queue; null for a channel's subscription
   */
  record Entry(String key, @Nullable String id, @Nullable QueueSubscription consumer) {}

  private Map<String, Entry> entries = Map.of();
  private Map<String, QueueSubscription> consumers = Map.of();
  private final Set<String> selecting = new HashSet<>(0);

  /** The key of a subscription: by its id, or by its destination where it has none. */
  static String key(@Nullable String id, String destination) {
    return id == null ? "destination " + destination : "id " + id;
  }

  void add(Entry entry) {
    if (entries.isEmpty()) {
      entries = new HashMap<>(4);
    }
    entries.put(entry.key(), entry);
    if (entry.consumer() != null) {
      consumers = consumers.isEmpty() ? new HashMap<>(4) : consumers;
      consumers.put(entry.consumer().idPrefix(), entry.consumer());
    }
  }

  /** The one of that key; null when there is none. */
  @Nullable Entry of(String key) {
    return entries.get(key);
  }

  /** The subscription of that key will have a selector. */
  void selects(String key) {
    selecting.add(key);
  }

  /** How many have one. */
  int selectors() {
    return selecting.size();
  }

  @Nullable Entry remove(String key) {
    selecting.remove(key);
    Entry removed = entries.isEmpty() ? null : entries.remove(key);
    if (removed != null && removed.consumer() != null) {
      consumers.remove(removed.consumer().idPrefix());
    }
    return removed;
  }

  int size() {
    return entries.size();
  }

  /** What the rules must allow to listen to, of the queues among them. */
  List<String> queues() {
    return consumers.values().stream()
        .map(QueueSubscription::address)
        .filter(address -> !address.startsWith(StompDestination.TEMP_QUEUE))
        .toList();
  }

  /** The subscription to a queue that gave a message this id; null when there is none. */
  @Nullable QueueSubscription ofMessage(String messageId) {
    return consumers.get(messageId.substring(0, messageId.lastIndexOf('-') + 1));
  }

  /** The subscription to a queue of that name; null when there is none. */
  @Nullable QueueSubscription ofQueue(String queue) {
    for (QueueSubscription each : consumers.values()) {
      if (each.queue().equals(queue)) {
        return each;
      }
    }
    return null;
  }

  /**
   * Ends all.
   *
   * @param politely whether the client said that it leaves: what it did not acknowledge was not
   *     tried in vain
   */
  void endAll(Hub hub, Session session, boolean politely) {
    List<Entry> all = List.copyOf(entries.values());
    entries = Map.of();
    consumers = Map.of();
    for (Entry entry : all) {
      if (entry.consumer() == null) {
        hub.unsubscribe(session, entry.key());
      } else {
        entry.consumer().end(politely);
      }
    }
  }
}
