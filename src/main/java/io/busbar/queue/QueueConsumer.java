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
 * A consumer of a queue, on whichever node that queue lives. It opens itself at the queue, gets
 * messages, acknowledges or rejects each, and closes. When the queue moves, the consumer opens
 * itself at the new owner and tells it which messages it holds. Owned by the event loop that it was
 * made for.
 */
public final class QueueConsumer {
  /**
   * How it consumes.
   *
   * @param prefetch the most messages that it may have without acknowledging them
   * @param auto whether a message is acknowledged as soon as it is written
   * @param selector which messages it takes; null for all
   * @param holder the holder that the queue counts for, if the consumer makes one
   */
  public record Options(int prefetch, boolean auto, @Nullable Selector selector, String holder) {}

  /** Messages that were given together. The queue gets room when the last of them is written. */
  private static final class Batch {
    private final Promise<Void> written = Promise.promise();
    private int left;

    private void wroteOne() {
      if (--left == 0) {
        written.tryComplete();
      }
    }
  }

  /** A message that the client has. Its batch is null when it has been written. */
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
   * @param id unique among the consumers of all nodes
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

  /** Completes when the queue knows the consumer. */
  public Future<Void> open() {
    nodes.add(this);
    owner = nodes.owners().of(queue);
    return announce();
  }

  /**
   * In auto mode the ids are left out: messages that are not written yet come again and are then
   * recognized.
   */
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

  /** Checks whether another node runs the queue now. */
  void ownersChanged() {
    String now = nodes.owners().of(queue);
    if (!closed && now != null && !now.equals(owner)) {
      owner = now;
      announce();
    }
  }

  /** Will tell the queue that the consumer is still there. */
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
   * Will give the client the messages that it does not have yet. Completes when they are written.
   * Messages from a node that no longer runs the queue are refused. They were under way while that
   * node was frozen or cut off, and other consumers may have had them since.
   *
   * @param from the node that gives them; null if it is unknown
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

  /** The messages were written to the client. */
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
   * Acknowledges the messages. Completes when that is safe.
   *
   * @param answers for the requests that wait for the messages, by message id; null for none
   */
  public Future<Void> acknowledge(List<Delivery> deliveries, @Nullable JsonObject answers) {
    return call(Operation.ACKNOWLEDGE, forget(deliveries), answers);
  }

  /**
   * The client rejects the messages.
   *
   * @param requeue whether another consumer may get them
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
   * Will get no more messages and give back what it has. Completes when the queue knows.
   *
   * @param tried whether this counts as a try
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
