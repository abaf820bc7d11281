package io.busbar.protocol.stomp;

import io.vertx.core.Future;
import java.util.List;

/** The line to a queue that no other node can run. */
final class LocalQueueLine implements QueueLine {
  private final StompQueues queues;
  private final String address;
  private final boolean auto;
  private final QueueWindow window;

  LocalQueueLine(StompQueues queues, String address, boolean auto, QueueWindow window) {
    this.queues = queues;
    this.address = address;
    this.auto = auto;
    this.window = window;
  }

  @Override
  public Future<Void> open() {
    return queues.with(address, window::open);
  }

  @Override
  public void written(List<QueueEntry> entries) {
    queues.withExisting(
        address,
        queue -> {
          window.written(entries);
          return auto ? window.done(entries) : Future.succeededFuture();
        });
  }

  @Override
  public Future<Void> done(List<QueueEntry> entries) {
    return queues.withExisting(address, queue -> window.done(entries));
  }

  @Override
  public Future<Void> nack(List<QueueEntry> entries, boolean bury) {
    return queues.withExisting(address, queue -> window.nack(entries, bury));
  }

  @Override
  public Future<Void> close(boolean tried) {
    return queues.withExisting(address, queue -> window.close(tried));
  }
}
