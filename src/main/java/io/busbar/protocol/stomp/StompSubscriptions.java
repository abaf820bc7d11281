package io.busbar.protocol.stomp;

import io.busbar.hub.Hub;
import io.busbar.hub.Session;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The subscriptions of one session. Owned by the session's event loop. */
final class StompSubscriptions {
  /**
   * One subscription.
   *
   * @param key that identifies it in the hub
   * @param id as the client wrote it; null when a client of 1.0 wrote none
   * @param consumer of the queue; null for a subscription to a channel
   */
  record Entry(String key, @Nullable String id, @Nullable QueueSubscription consumer) {}

  private Map<String, Entry> entries = Map.of();
  private Map<String, QueueSubscription> consumers = Map.of();
  private final Set<String> selecting = new HashSet<>(0);

  /**
   * Returns the key of a subscription.
   *
   * @param id null for none; the destination identifies the subscription then
   */
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

  /** Returns the subscription of that key; null for none. */
  @Nullable Entry of(String key) {
    return entries.get(key);
  }

  /** Notes that the subscription of that key has a selector. */
  void selects(String key) {
    selecting.add(key);
  }

  /** Returns the number of subscriptions with a selector. */
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

  /** The queues among them, but for temporary ones: no rule is asked for these. */
  List<Session.ConsumedQueue> queues() {
    return consumers.values().stream()
        .map(QueueSubscription::consumedQueue)
        .filter(queue -> !queue.address().startsWith(StompDestination.TEMP_QUEUE))
        .toList();
  }

  /** Returns the queue subscription that gave a message this id; null for none. */
  @Nullable QueueSubscription ofMessage(String messageId) {
    return consumers.get(messageId.substring(0, messageId.lastIndexOf('-') + 1));
  }

  /** Returns the subscription to the queue of that name; null for none. */
  @Nullable QueueSubscription ofQueue(String queue) {
    for (QueueSubscription each : consumers.values()) {
      if (each.queue().equals(queue)) {
        return each;
      }
    }
    return null;
  }

  /**
   * Ends all subscriptions.
   *
   * @param politely whether the client announced its end: unacknowledged deliveries then do not
   *     count as attempts
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
