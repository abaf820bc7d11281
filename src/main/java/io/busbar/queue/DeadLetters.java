package io.busbar.queue;

import io.busbar.queue.store.QueueMessage;
import java.util.ArrayDeque;

/**
 * Ends messages of a queue that no consumer acknowledged. A message leaves its queue only when its
 * dead-letter queue has it. A dead letter does not become one again. Owned by the queue's event
 * loop.
 */
final class DeadLetters {
  static final String TRIES = "tries";
  static final String REJECTED = "rejected";
  static final String EXPIRED = "expired";
  static final String OVERFLOW = "overflow";

  private final Queue queue;
  private final QueueDispatcher dispatcher;
  private final QueueLedger ledger;

  /** Messages whose dead-letter queue had no room or did not answer. */
  private final ArrayDeque<QueueEntry> refused = new ArrayDeque<>();

  DeadLetters(Queue queue, QueueDispatcher dispatcher, QueueLedger ledger) {
    this.queue = queue;
    this.dispatcher = dispatcher;
    this.ledger = ledger;
  }

  /** Whether the message has been tried often enough. */
  boolean isHopeless(QueueEntry entry) {
    QueueMessage message = entry.message();
    return message.tries() >= queue.settings().tries() && !message.deadLetter();
  }

  /** Will move the message to the dead-letter queue, and then remove it here. */
  void add(QueueEntry entry, String reason) {
    dispatcher.remove(entry);
    queue.notifyWaiting(entry, null, reason);
    ledger.dies(entry, reason);
    if (queue.settings().deadLetter().isEmpty() || entry.message().deadLetter()) {
      queue.inspection().dropped();
      ledger.remove(entry);
    } else {
      sendToDeadLetters(entry);
    }
  }

  private void sendToDeadLetters(QueueEntry entry) {
    QueueMessage deadMessage = entry.message().asDeadLetter(queue.name(), entry.reason());
    queue
        .queues()
        .keep(queue.settings().deadLetter(), deadMessage, true)
        .onComplete(result -> queue.run(() -> deadLettered(entry, result.succeeded())));
  }

  private void deadLettered(QueueEntry entry, boolean safe) {
    if (queue.hasLeft() || entry.isOver()) {
      return;
    }
    if (safe) {
      queue.inspection().deadLettered();
      ledger.remove(entry);
      tryAgain();
      queue.forgetIfIdle();
    } else {
      refused.add(entry);
    }
  }

  /** Will offer one refused message again. If it is accepted, the next ones follow. */
  void tryAgain() {
    if (!refused.isEmpty()) {
      sendToDeadLetters(refused.poll());
    }
  }

  /** Ends the messages that have expired. */
  void expire() {
    long now = System.currentTimeMillis();
    for (QueueEntry entry = dispatcher.pollExpired(now);
        entry != null;
        entry = dispatcher.pollExpired(now)) {
      if (queue.settings().buriesExpired() && !entry.message().isAwaited()) {
        add(entry, EXPIRED);
      } else {
        queue.inspection().expired();
        queue.notifyWaiting(entry, null, EXPIRED);
        ledger.remove(entry);
      }
    }
  }
}
