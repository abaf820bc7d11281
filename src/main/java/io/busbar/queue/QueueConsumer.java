package io.busbar.queue;

import io.busbar.cluster.OwnerCalls;
import io.busbar.queue.QueueCall.Operation;
import io.busbar.queue.store.Delivery;
import io.busbar.selector.Selector;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Who takes messages of a queue, wherever that lives: says hello, is given messages, acknowledges
 * or rejects each, and says goodbye. When the queue moves, it finds it again and says what it
 * holds. Owned by the event loop that it was made for.
 */
public final class QueueConsumer {
  /**
   * How it consumes.
   *
   * @param prefetch messages that it has and did not acknowledge, at most
   * @param auto whether a message is acknowledged when it was written
   * @param selector of what it takes; null for everything
   * @param holder whose queue it is counted as where it makes one
   */
  public record Options(int prefetch, boolean auto, @Nullable Selector selector, String holder) {}

  /** Messages that were given together: room is made when the last of them was written. */
  private static final class Batch {
    private final Promise<Void> written = Promise.promise();
    private int left;

    private void wroteOne() {
      if (--left == 0) {
        written.tryComplete();
      }
    }
  }

  /** A message that the client has; its batch is null when it was written. */
  private static final class Held {
    private @Nullable Batch batch;
  }

  private final QueueNodes nodes;
  private final String queue;
  private final String id;
  private final Options options;
  private final Context loop;
  private final Consumer<Delivery> client;
  private final Map<String, Held> held = new HashMap<>();
  private @Nullable String owner;
  private boolean beating;
  private boolean closed;

  /**
   * @param id that no other consumer of any node has
   * @param client takes a message, on that loop
   */
  QueueConsumer(
      QueueNodes nodes,
      String queue,
      String id,
      Options options,
      Context loop,
      Consumer<Delivery> client) {
    this.nodes = nodes;
    this.queue = queue;
    this.id = id;
    this.options = options;
    this.loop = loop;
    this.client = client;
  }

  String id() {
    return id;
  }

  /** Will run the task on its event loop. */
  void run(Runnable task) {
    loop.runOnContext(nothing -> task.run());
  }

  /** Completes when the queue knows it. */
  public Future<Void> open() {
    nodes.add(this);
    owner = nodes.owners().of(queue);
    return announce();
  }

  /** In auto mode what is not written yet comes once more, and is then known. */
  private Future<Void> announce() {
    List<String> ids = options.auto() ? List.of() : List.copyOf(held.keySet());
    JsonObject arguments =
        new JsonObject()
            .put(QueueCall.NODE, nodes.owners().here())
            .put(QueueCall.PREFETCH, options.prefetch())
            .put(QueueCall.AUTO, options.auto())
            .put(QueueCall.HOLDER, options.holder())
            .put(QueueCall.SELECTOR, options.selector() == null ? null : options.selector().text());
    return call(Operation.OPEN, ids, arguments);
  }

  private Future<Void> call(
      Operation operation, Collection<String> ids, @Nullable JsonObject arguments) {
    return nodes.ask(QueueCall.of(operation, queue, id, ids, arguments)).mapEmpty();
  }

  /** Another node may run the queue now. */
  void ownersChanged() {
    String now = nodes.owners().of(queue);
    if (!closed && now != null && !now.equals(owner)) {
      owner = now;
      announce();
    }
  }

  /** Will say that the client is still there. */
  void beat() {
    if (closed || beating) {
      return;
    }
    beating = true;
    call(Operation.ALIVE, List.of(), null)
        .onComplete(
            result ->
                run(
                    () -> {
                      beating = false;
                      if (OwnerCalls.code(result.cause()) == OwnerCalls.UNKNOWN && !closed) {
                        announce();
                      }
                    }));
  }

  /**
   * Will give the client what it does not have already; completes when that is written. What comes
   * from a node that runs the queue no more is refused: it was on its way while that was frozen or
   * cut off, and others have had it since.
   *
   * @param from the node that gives it; null for one that does not say
   */
  Future<Void> deliver(@Nullable String from, List<Delivery> deliveries) {
    if (closed || from != null && owner != null && !from.equals(owner)) {
      return gone();
    }
    Batch batch = new Batch();
    batch.left = 1;
    for (Delivery delivery : deliveries) {
      Held one = held.get(delivery.message().id());
      boolean written = one != null && one.batch == null;
      if (!written) {
        batch.left++;
      }
      if (one == null) {
        one = new Held();
        one.batch = batch;
        held.put(delivery.message().id(), one);
        client.accept(delivery);
      } else if (!written) {
        one.batch = batch;
      }
    }
    batch.wroteOne();
    return batch.written.future();
  }

  static <T> Future<T> gone() {
    return OwnerCalls.failed(OwnerCalls.UNKNOWN, "the consumer is gone");
  }

  /** They have left for the client. */
  public void written(List<Delivery> deliveries) {
    for (Delivery delivery : deliveries) {
      String message = delivery.message().id();
      written(options.auto() ? held.remove(message) : held.get(message));
    }
  }

  private static void written(@Nullable Held one) {
    if (one != null && one.batch != null) {
      Batch batch = one.batch;
      one.batch = null;
      batch.wroteOne();
    }
  }

  /**
   * They are done with; completes when that is safe.
   *
   * @param answers for the requests that wait for them, by the messages' ids; null for none
   */
  public Future<Void> acknowledge(List<Delivery> deliveries, @Nullable JsonObject answers) {
    return call(Operation.ACKNOWLEDGE, forget(deliveries), answers);
  }

  /**
   * The client does not want them.
   *
   * @param requeue whether somebody else may have them
   */
  public Future<Void> reject(List<Delivery> deliveries, boolean requeue) {
    JsonObject arguments = new JsonObject().put(QueueCall.REQUEUE, requeue);
    return call(Operation.REJECT, forget(deliveries), arguments);
  }

  private List<String> forget(List<Delivery> deliveries) {
    List<String> ids = new ArrayList<>(deliveries.size());
    for (Delivery delivery : deliveries) {
      String message = delivery.message().id();
      ids.add(message);
      written(held.remove(message));
    }
    return ids;
  }

  /**
   * Will get no more, and give back what it has; completes when the queue knows.
   *
   * @param tried whether that counts as a try
   */
  public Future<Void> close(boolean tried) {
    if (closed) {
      return Future.succeededFuture();
    }
    closed = true;
    for (Held one : held.values()) {
      if (one.batch != null) {
        one.batch.written.tryFail("the consumer is gone");
      }
    }
    held.clear();
    nodes.remove(this);
    JsonObject arguments = new JsonObject().put(QueueCall.TRIED, tried);
    return call(Operation.CLOSE, List.of(), arguments).otherwiseEmpty();
  }
}
