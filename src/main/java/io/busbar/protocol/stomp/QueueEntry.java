package io.busbar.protocol.stomp;

import io.vertx.core.eventbus.Message;

/** A message on its way through a queue. Owned by the queue's event loop. */
final class QueueEntry {
  private final Message<?> question;
  private final boolean fromElsewhere;
  private QueueOutlet refusedBy;
  private QueueMessage message;
  private boolean redelivered;
  private boolean over;

  /**
   * @param question the bus message that awaits an answer; null for none
   * @param fromElsewhere whether another node's queue gave it: it does not go back to the bus
   * @param redelivered whether somebody may have had it already
   */
  QueueEntry(
      QueueMessage message, Message<?> question, boolean fromElsewhere, boolean redelivered) {
    this.message = message;
    this.question = question;
    this.fromElsewhere = fromElsewhere;
    this.redelivered = redelivered;
  }

  /** In the queue: smaller ones go first, also when they come back. */
  long place() {
    return message.sequence();
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

  /** Somebody may have had it. */
  void mayBeSecond() {
    redelivered = true;
  }

  /** Whether it is done with. */
  boolean isOver() {
    return over;
  }

  void over() {
    over = true;
  }

  int tries() {
    return message.tries();
  }

  /** It comes back from somebody who had it. */
  void returned(QueueOutlet from, boolean tried) {
    refusedBy = from;
    redelivered = true;
    if (tried) {
      message = message.triedAgain();
    }
  }
}
