package io.busbar.queue;

import io.busbar.cluster.OwnerCalls;
import io.busbar.queue.store.QueueStore;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import java.util.stream.Stream;

/**
 * The queues that live on this node. A queue is made when somebody first asks for it, or when the
 * store has messages of it. It is removed when it is empty or lives elsewhere. Any thread may look;
 * each queue is made and removed on its own loop.
 */
final class LocalQueues {
  private static final long TICK_MILLIS = 1_000;

  /** The delay after a change, which gives the other nodes time to see it, too. */
  private static final long SCAN_SOON_MILLIS = 500;

  /** The interval of the scan that finds messages which a node brought back after a cut. */
  private static final long SCAN_MILLIS = 30_000;

  private record Opened(Queue queue, Future<Void> loaded, String holder) {}

  private final Queues queues;
  private final QueueBudget budget;
  private final Map<String, Opened> opened = new ConcurrentHashMap<>();
  private final AtomicBoolean scanning = new AtomicBoolean();

  /** Whether the interceptor of {@link BusTarget#markLate} is installed. */
  private final AtomicBoolean marking = new AtomicBoolean();

  LocalQueues(Queues queues) {
    this.queues = queues;
    this.budget = queues.budget();
  }

  /** Completes when the queues with messages from before are open. */
  Future<Void> start() {
    Vertx vertx = queues.vertx();
    vertx.setPeriodic(TICK_MILLIS, timer -> forEach(Queue::tick));
    if (queues.nodes().isClustered()) {
      vertx.setPeriodic(SCAN_MILLIS, timer -> scan());
    }
    markLateIfNeeded();
    return scan();
  }

  /** Each queue follows its new rule. Queues that have messages are opened. */
  Future<Void> rulesChanged() {
    forEach(Queue::rulesChanged);
    markLateIfNeeded();
    return scan();
  }

  private void markLateIfNeeded() {
    boolean needed =
        queues.nodes().isClustered()
            && queues
                .rules()
                .named()
                .anyMatch(rule -> !rule.to().isEmpty() && !BusTarget.isOurs(rule.to()));
    if (needed && marking.compareAndSet(false, true)) {
      BusTarget.markLate(queues.bus(), queues.nodes().owners());
    }
  }

  /** The queues that live on this node. */
  Stream<Queue> here() {
    return opened.values().stream().map(Opened::queue);
  }

  /** Will do what a node asks of a queue that lives here. Called on the queue's own loop. */
  Future<JsonObject> perform(QueueCall call) {
    String name = call.queue();
    if (!queues.nodes().owners().isHere(name)) {
      return OwnerCalls.elsewhere();
    }
    Opened there = opened.get(name);
    if (there == null && call.operation().needsQueue()) {
      return OwnerCalls.failed(OwnerCalls.UNKNOWN, "there is no such queue here");
    }
    String refusal = there == null ? budget.open(call.holder(), call.operation().adds()) : null;
    if (refusal != null) {
      return OwnerCalls.refused(refusal);
    }
    Opened one = there == null ? open(name, call.holder()) : there;
    return one.loaded().compose(loaded -> one.queue().perform(call));
  }

  private Opened open(String name, String holder) {
    Queue queue = new Queue(name, queues, queues.storeOf(name), queues.loopOf(name));
    long wait = queues.nodes().owners().settlesIn(name);
    Promise<Void> loaded = Promise.promise();
    Opened fresh = new Opened(queue, loaded.future(), holder);
    opened.put(name, fresh);
    Runnable load =
        () ->
            queue
                .load()
                .onFailure(
                    e -> {
                      queues.storeFailed(name, e);
                      forget(queue);
                    })
                .onComplete(loaded);
    if (wait == 0) {
      load.run();
    } else {
      queues.vertx().setTimer(wait, timer -> queue.run(load));
    }
    return fresh;
  }

  /** Removes a queue that is empty or lives on another node now. Called on the queue's own loop. */
  void forget(Queue queue) {
    Opened known = opened.get(queue.name());
    if (known != null && known.queue() == queue) {
      opened.remove(queue.name());
      budget.close(known.holder());
    }
  }

  private void forEach(Consumer<Queue> task) {
    here().forEach(queue -> queue.run(() -> task.accept(queue)));
  }

  /** Each queue checks whether it still lives here, and which other nodes are there. */
  void ownersChanged() {
    forEach(Queue::check);
    if (scanning.compareAndSet(false, true)) {
      queues
          .vertx()
          .setTimer(
              SCAN_SOON_MILLIS,
              timer -> {
                scanning.set(false);
                scan();
                queues.durable().refresh();
              });
    }
  }

  /**
   * Will open the queues that live here and have messages, and show them the ids of these messages.
   */
  private Future<Void> scan() {
    return Future.join(queues.stores().map(QueueStore::ids).toList())
        .onSuccess(
            all ->
                all.<Map<String, Set<String>>>list()
                    .forEach(
                        ids ->
                            ids.forEach(
                                (queue, kept) -> {
                                  if (queues.nodes().owners().isHere(queue)) {
                                    queues.nodes().look(queue, kept);
                                  }
                                })))
        .mapEmpty();
  }
}
