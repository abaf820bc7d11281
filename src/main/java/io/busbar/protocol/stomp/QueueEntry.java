package io.busbar.protocol.stomp;

import io.vertx.core.eventbus.Message;

/** A message on its way through a queue. Owned by the queue's event loop. */
final class QueueEntry {
  private final long place;
  private final QueueMessage message;
  private final Message<?> question;
  private final boolean fromElsewhere;
  private QueueOutlet refusedBy;
  private int tries;
  private boolean redelivered;

  /**
   * @param place in the queue: smaller ones go first, also when they come back
   * @param question the bus message that awaits an answer; null for none
   * @param fromElsewhere whether another node's queue gave it: it does not go back to the bus
   */
  QueueEntry(long place, QueueMessage message, Message<?> question, boolean fromElsewhere) {
    this.place = place;
    this.message = message;
    this.question = question;
    this.fromElsewhere = fromElsewhere;
  }

  long place() {
    return place;
  }

  QueueMessage message() {
    return message;
  }

  Message<?> question() {
    return question;
  }

  boolean isFromElsewhere() {
    return fromElsewhere;
  }

  QueueOutlet refusedBy() {
    return refusedBy;
  }

  /** Whether some outlets may not have it: those behind it need not wait for it. */
  boolean isChoosy() {
    return question != null || fromElsewhere || refusedBy != null;
  }

  boolean isRedelivered() {
    return redelivered;
  }

  int tries() {
    return tries;
  }

  /** It comes back from somebody who had it. */
  void returned(QueueOutlet from, boolean tried) {
    refusedBy = from;
    redelivered = true;
    if (tried) {
      tries++;
    }
  }
}
