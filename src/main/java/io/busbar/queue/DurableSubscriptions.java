package io.busbar.queue;

import io.busbar.cluster.OwnerCalls;
import io.busbar.queue.BusSource.Tap;
import io.busbar.queue.QueueCall.Operation;
import io.busbar.queue.store.QueueStore;
import io.busbar.selector.Selector;
import io.vertx.core.Future;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * Durable subscriptions: queues behind topics. Each queue keeps for one user what is published
 * while no client of that user is connected. Every node knows all of them and adds what is
 * published on that node. Any thread may use it.
 */
public final class DurableSubscriptions {
  private static final String QUEUE = "queue";
  private static final String USER = "user";
  private static final String ADDRESS = "address";
  private static final String SELECTOR = "selector";
  private static final String OVER = "over";

  private final Queues queues;
  private final Map<String, Tap> known = new ConcurrentHashMap<>();

  DurableSubscriptions(Queues queues) {
    this.queues = queues;
  }

  /** The name of the queue of a user's subscription. */
  public static String queue(String user, String name) {
    return QueueRules.DURABLE + escaped(user) + ':' + escaped(name);
  }

  private static String escaped(String text) {
    return text.replace("%", "%25").replace(":", "%3A");
  }

  /**
   * Will open a subscription, or find the one with that name. Completes with the name of its queue
   * when every node keeps what is published from now on.
   *
   * @param address or pattern
   * @param selector null for everything
   */
  public Future<String> open(
      String user, String name, String address, @Nullable Selector selector) {
    String queue = queue(user, name);
    Tap tap = new Tap(address, queue, selector, Queues.holderOf(user, ""));
    Tap before = known.get(queue);
    if (before != null) {
      return before.equals(tap)
          ? Future.succeededFuture(queue)
          : OwnerCalls.refused(
              "the durable subscription "
                  + name
                  + " has another destination or selector; UNSUBSCRIBE ends it");
    }
    long has =
        known.values().stream().filter(each -> Objects.equals(each.holder(), tap.holder())).count();
    int most = queues.rules().config().durableSubscriptions();
    if (has >= most) {
      return OwnerCalls.refused(
          "a user has at most " + most + " durable subscriptions (queues.durable-subscriptions)");
    }
    JsonObject note =
        new JsonObject()
            .put(QUEUE, queue)
            .put(USER, user)
            .put(ADDRESS, address)
            .put(SELECTOR, selector == null ? null : selector.text());
    return queues
        .storeOf(queue)
        .remember(queue, note)
        .compose(kept -> queues.nodes().note(note))
        .map(queue);
  }

  /** Will end a subscription and delete what it has kept. */
  public Future<Void> delete(String user, String name) {
    String queue = queue(user, name);
    JsonObject note = new JsonObject().put(QUEUE, queue).put(OVER, true);
    return queues
        .storeOf(queue)
        .forget(queue)
        .compose(gone -> queues.nodes().note(note))
        .compose(told -> queues.nodes().ask(QueueCall.of(Operation.PURGE, queue, null)))
        .transform(
            purged ->
                purged.succeeded() || OwnerCalls.code(purged.cause()) == OwnerCalls.UNKNOWN
                    ? Future.succeededFuture()
                    : Future.failedFuture(purged.cause()));
  }

  /** Handles the note of a node that a subscription was opened or ended. */
  Future<Void> noted(JsonObject note) {
    String queue = note.getString(QUEUE);
    if (note.getBoolean(OVER, false)) {
      Tap gone = known.remove(queue);
      return gone == null ? Future.succeededFuture() : queues.source().untap(gone);
    }
    String selector = note.getString(SELECTOR);
    Tap tap =
        new Tap(
            note.getString(ADDRESS),
            queue,
            selector == null ? null : Selector.parse(selector),
            Queues.holderOf(note.getString(USER), ""));
    Tap before = known.put(queue, tap);
    if (tap.equals(before)) {
      return Future.succeededFuture();
    }
    Future<Void> untapped =
        before == null ? Future.succeededFuture() : queues.source().untap(before);
    return untapped.compose(over -> queues.source().tap(tap));
  }

  /** Will know exactly the subscriptions that the stores remember. */
  Future<Void> refresh() {
    List<Future<Map<String, JsonObject>>> stores =
        queues.stores().map(QueueStore::remembered).toList();
    return Future.all(stores)
        .compose(
            read -> {
              List<Future<Void>> noted = new ArrayList<>();
              Map<String, JsonObject> all = new ConcurrentHashMap<>();
              stores.forEach(each -> all.putAll(each.result()));
              all.values().forEach(note -> noted.add(noted(note)));
              known.keySet().stream()
                  .filter(queue -> !all.containsKey(queue))
                  .forEach(
                      queue ->
                          noted.add(noted(new JsonObject().put(QUEUE, queue).put(OVER, true))));
              return Future.join(noted).mapEmpty();
            });
  }
}
