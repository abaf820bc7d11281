package io.busbar.protocol.stomp;

import io.vertx.core.Future;
import java.util.List;

/** A client's line to the queue that it consumes. Used by the session's event loop. */
interface QueueLine {
  /** Completes when the bus knows that the queue is consumed. */
  Future<Void> open();

  /** They have left for the client; in {@code auto} mode they are done with. */
  void written(List<QueueEntry> entries);

  /** They are done with; completes when that is safe. */
  Future<Void> done(List<QueueEntry> entries);

  /**
   * The client does not want them.
   *
   * @param bury whether nobody else shall have them, either
   */
  Future<Void> nack(List<QueueEntry> entries, boolean bury);

  /**
   * Will give back what the client has.
   *
   * @param tried whether that counts as a try
   */
  Future<Void> close(boolean tried);
}
