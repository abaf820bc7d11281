package io.busbar.protocol.stomp;

import io.busbar.protocol.stomp.QueueCall.Operation;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.eventbus.Message;
import io.vertx.core.json.JsonObject;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/**
 * The line to a queue that lives on whichever node: it finds the queue again when that has moved,
 * and says then what its client still holds. Owned by the session's event loop.
 */
final class SharedQueueLine implements QueueLine {
  /** A message that the client has. */
  private static final class Held {
    private Promise<Void> written;
    private boolean isWritten;

    private Held(Promise<Void> written) {
      this.written = written;
    }
  }

  private final QueueCluster cluster;
  private final String queue;
  private final String id;
  private final int prefetch;
  private final boolean auto;
  private final Context loop;
  private final Consumer<QueueEntry> client;
  private final Map<String, Held> held = new HashMap<>();
  private String home;
  private boolean beating;
  private boolean closed;

  /**
   * @param id that no other consumer of any node has
   * @param loop the session's
   * @param client takes a message, on that loop
   */
  SharedQueueLine(
      QueueCluster cluster,
      String queue,
      String id,
      int prefetch,
      boolean auto,
      Context loop,
      Consumer<QueueEntry> client) {
    this.cluster = cluster;
    this.queue = queue;
    this.id = id;
    this.prefetch = prefetch;
    this.auto = auto;
    this.loop = loop;
    this.client = client;
  }

  String id() {
    return id;
  }

  /** Will run the task on the session's loop. */
  void run(Runnable task) {
    loop.runOnContext(nothing -> task.run());
  }

  @Override
  public Future<Void> open() {
    cluster.add(this);
    home = cluster.homeOf(queue);
    return announce();
  }

  /** In {@code auto} mode what is not written yet comes once more, and is then known. */
  private Future<Void> announce() {
    List<String> ids = auto ? List.of() : List.copyOf(held.keySet());
    return call(
        Operation.OPEN,
        QueueCall.ids(ids)
            .put(QueueCall.NODE, cluster.here())
            .put(QueueCall.PREFETCH, prefetch)
            .put(QueueCall.AUTO, auto));
  }

  private Future<Void> call(Operation operation, JsonObject arguments) {
    return cluster.call(QueueCall.of(operation, queue, arguments.put(QueueCall.CONSUMER, id)));
  }

  /** Another node may run the queue now. */
  void homesChanged() {
    String now = cluster.homeOf(queue);
    if (!closed && now != null && !now.equals(home)) {
      home = now;
      announce();
    }
  }

  /** Will say that the client is still there. */
  void beat() {
    if (closed || beating) {
      return;
    }
    beating = true;
    call(Operation.ALIVE, new JsonObject())
        .onComplete(
            result -> {
              beating = false;
              if (QueueCall.code(result.cause()) == QueueCall.UNKNOWN && !closed) {
                announce();
              }
            });
  }

  /**
   * Will give the client a message, unless it has it already; completes when that is written.
   *
   * @param question the bus message to be answered; null for none
   */
  Future<Void> deliver(QueueMessage message, boolean redelivered, Message<?> question) {
    if (closed) {
      return QueueCall.failed(QueueCall.UNKNOWN, "the consumer is gone");
    }
    Promise<Void> written = Promise.promise();
    Held before = held.get(message.id());
    if (before == null) {
      held.put(message.id(), new Held(written));
      client.accept(new QueueEntry(message, question, false, redelivered));
    } else if (before.isWritten) {
      written.complete();
    } else {
      before.written = written;
    }
    return written.future();
  }

  @Override
  public void written(List<QueueEntry> entries) {
    for (QueueEntry entry : entries) {
      String message = entry.message().id();
      Held one = auto ? held.remove(message) : held.get(message);
      if (one != null) {
        one.isWritten = true;
        one.written.tryComplete();
      }
    }
  }

  @Override
  public Future<Void> done(List<QueueEntry> entries) {
    return call(Operation.DONE, QueueCall.ids(forget(entries)));
  }

  @Override
  public Future<Void> nack(List<QueueEntry> entries, boolean bury) {
    return call(Operation.NACK, QueueCall.ids(forget(entries)).put(QueueCall.BURY, bury));
  }

  private List<String> forget(List<QueueEntry> entries) {
    List<String> ids = entries.stream().map(entry -> entry.message().id()).toList();
    for (String message : ids) {
      Held one = held.remove(message);
      if (one != null) {
        one.written.tryComplete();
      }
    }
    return ids;
  }

  @Override
  public Future<Void> close(boolean tried) {
    closed = true;
    held.values().forEach(one -> one.written.tryFail("the consumer is gone"));
    held.clear();
    cluster.remove(this);
    return call(Operation.CLOSE, new JsonObject().put(QueueCall.TRIED, tried)).otherwiseEmpty();
  }
}
