package io.busbar.protocol.stomp;

import io.vertx.core.Future;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;

/**
 * How much of a queue one client has: no more messages than it may leave unacknowledged, and no
 * more bytes on their way to its socket than an outbox takes. Owned by the queue's event loop.
 */
final class QueueWindow implements QueueOutlet {
  private static final int MOST_UNWRITTEN = 64 << 10;

  private final int size;
  private final Consumer<QueueEntry> client;
  private final Set<QueueEntry> given = new LinkedHashSet<>();
  private StompQueue queue;
  private long unwritten;

  /**
   * @param client takes a message, on its own event loop
   */
  QueueWindow(int size, Consumer<QueueEntry> client) {
    this.size = size;
    this.client = client;
  }

  Future<Void> open(StompQueue opened) {
    queue = opened;
    return queue.add(this);
  }

  @Override
  public boolean takes(QueueEntry entry) {
    return given.size() < size && unwritten < MOST_UNWRITTEN;
  }

  @Override
  public void take(QueueEntry entry) {
    given.add(entry);
    unwritten += entry.message().size();
    client.accept(entry);
  }

  /** It was given to the client by another node. */
  void has(QueueEntry entry) {
    given.add(entry);
  }

  /** Whether it was the client's until now. */
  boolean hasNot(QueueEntry entry) {
    return given.remove(entry);
  }

  /** They have left for the client. */
  void written(List<QueueEntry> entries) {
    entries.forEach(entry -> unwritten -= entry.message().size());
    queue.dispatch();
  }

  /** They are done with; completes when that is safe. */
  Future<Void> done(List<QueueEntry> entries) {
    List<Future<Void>> all = new ArrayList<>();
    for (QueueEntry entry : entries) {
      if (given.remove(entry)) {
        all.add(queue.done(entry));
      }
    }
    return Future.join(all).mapEmpty();
  }

  /**
   * The client does not want them.
   *
   * @param bury whether nobody else shall have them, either
   */
  Future<Void> nack(List<QueueEntry> entries, boolean bury) {
    for (QueueEntry entry : entries) {
      if (!given.remove(entry)) {
        continue;
      }
      if (bury) {
        queue.bury(entry);
      } else {
        queue.returned(entry, this, true);
      }
    }
    return Future.succeededFuture();
  }

  /** Gives back all that the client has; nothing where it was never opened. */
  Future<Void> close(boolean tried) {
    if (queue == null) {
      return Future.succeededFuture();
    }
    List<QueueEntry> had = List.copyOf(given);
    given.clear();
    queue.remove(this, had, tried);
    return Future.succeededFuture();
  }
}
