package io.busbar.protocol.stomp;

import io.vertx.core.AsyncResult;
import io.vertx.core.MultiMap;
import io.vertx.core.eventbus.DeliveryOptions;
import io.vertx.core.eventbus.EventBus;
import io.vertx.core.eventbus.Message;
import io.vertx.core.eventbus.ReplyException;
import io.vertx.core.eventbus.ReplyFailure;

/**
 * Those who consume a queue's address on the bus, here or on other nodes: verticles, clients of
 * other protocols, other nodes' queues. Each message is a request: an answer acknowledges it, a
 * failure does not, and silence means that it was handled, unless its node died. Owned by the
 * queue's event loop.
 */
final class BusOutlet implements QueueOutlet {
  /** Marks what a queue sends, with the node whose queue it is. */
  static final String FROM_QUEUE = "busbar-queue";

  /** A queue's answer to a message that it cannot take; whoever sent it keeps it. */
  static final int BOUNCED = 7193;

  private static final long CLOSED_MILLIS = 1_000;

  /** Who is not there says so at once; a message that did not come back by then was taken. */
  private static final long PROBE_MILLIS = 20;

  /** In a cluster it says so when the cluster was asked who is there. */
  private static final long CLUSTER_PROBE_MILLIS = 500;

  private final StompQueue queue;
  private final EventBus bus;
  private final String node;
  private final long answerTimeoutMillis;
  private final int most;
  private final long probeMillis;
  private final QueueSilence silence;
  private boolean proven;
  private int bounces;
  private int underWay;
  private long closedUntil;

  BusOutlet(StompQueue queue, StompQueues queues) {
    this.queue = queue;
    this.bus = queues.bus();
    this.node = queues.node();
    this.answerTimeoutMillis = queues.limits().answerTimeout().toMillis();
    this.most = queues.limits().messages();
    this.silence = new QueueSilence(queue, this, queues.cluster());
    this.probeMillis = queues.cluster() == null ? PROBE_MILLIS : CLUSTER_PROBE_MILLIS;
  }

  /** Until somebody took one, only one message at a time finds out whether there is anybody. */
  @Override
  public boolean takes(QueueEntry entry) {
    return underWay < (proven ? most : 1)
        && entry.question() == null
        && !(entry.isFromElsewhere() && queue.hasConsumers())
        && System.currentTimeMillis() >= closedUntil;
  }

  /** Whether a message finds out who is there: those behind it wait, to keep their order. */
  boolean isProbing() {
    return !proven && underWay > 0;
  }

  private void probe() {
    queue.runAfter(
        probeMillis,
        () -> {
          if (isProbing()) {
            proven = true;
            queue.dispatch();
          }
        });
  }

  @Override
  public void take(QueueEntry entry) {
    underWay++;
    if (!proven) {
      probe();
    }
    MultiMap headers = MultiMap.caseInsensitiveMultiMap().addAll(entry.message().headers());
    headers.set(FROM_QUEUE, node);
    if (entry.isRedelivered()) {
      headers.set(StompHeaders.REDELIVERED, "true");
    }
    DeliveryOptions options =
        new DeliveryOptions().setHeaders(headers).setSendTimeout(answerTimeoutMillis);
    long now = System.currentTimeMillis();
    bus.request(queue.address(), entry.message().body(), options)
        .onComplete(result -> queue.run(() -> ended(entry, now, result)));
  }

  private void ended(QueueEntry entry, long sentMillis, AsyncResult<Message<Object>> result) {
    underWay--;
    ReplyFailure failure = failure(result);
    if (result.succeeded()) {
      proven = true;
      bounces = 0;
      queue.done(entry);
    } else if (failure == ReplyFailure.TIMEOUT) {
      proven = true;
      bounces = 0;
      silence.after(entry, sentMillis);
    } else if (failure != ReplyFailure.RECIPIENT_FAILURE) {
      if (failure != ReplyFailure.NO_HANDLERS) {
        // The connection to its node has ended: that may have read it before.
        entry.mayBeSecond();
      }
      close();
      queue.giveBack(entry);
    } else if (((ReplyException) result.cause()).failureCode() == BOUNCED) {
      bounced();
      queue.giveBack(entry);
    } else {
      proven = true;
      queue.returned(entry, this, true);
    }
  }

  /** Our own consumer is one of those asked in turn: one bounce says nothing, two say enough. */
  private void bounced() {
    if (++bounces > 1) {
      close();
    }
  }

  private void close() {
    bounces = 0;
    proven = false;
    closedUntil = System.currentTimeMillis() + CLOSED_MILLIS;
  }

  private static ReplyFailure failure(AsyncResult<?> result) {
    return result.cause() instanceof ReplyException
        ? ((ReplyException) result.cause()).failureType()
        : ReplyFailure.ERROR;
  }
}
