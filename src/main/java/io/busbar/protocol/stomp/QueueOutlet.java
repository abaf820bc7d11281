package io.busbar.protocol.stomp;

/** Where a queue's messages can go. Called on the queue's event loop. */
interface QueueOutlet {
  /** Whether it takes this message now. */
  boolean takes(QueueEntry entry);

  /** Hands it over; the outlet tells the queue how it ended. */
  void take(QueueEntry entry);
}
