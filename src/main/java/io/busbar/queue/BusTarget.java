package io.busbar.queue;

import io.busbar.cluster.Owners;
import io.busbar.hub.Payload;
import io.busbar.queue.store.QueueMessage;
import io.vertx.core.AsyncResult;
import io.vertx.core.MultiMap;
import io.vertx.core.eventbus.DeliveryOptions;
import io.vertx.core.eventbus.EventBus;
import io.vertx.core.eventbus.Message;
import io.vertx.core.eventbus.ReplyException;
import io.vertx.core.eventbus.ReplyFailure;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Forwards the messages of a queue to the address behind it, one request for each message. An
 * answer acknowledges the message. A failure or a timeout returns it and counts a try. The message
 * waits if the address has no handler, or if the handler says that it cannot work now. Owned by the
 * queue's event loop.
 */
final class BusTarget {
  /**
   * The header that says that a queue keeps the message. Its value is the message's id, which never
   * changes.
   */
  static final String KEPT = "busbar-kept";

  /** Failure code: the handler cannot do it now and has not begun. It does not count as a try. */
  static final int NOT_NOW = 7199;

  /** Failure code: it may have been done, and nobody knows. It is not a try, but a redelivery. */
  static final int IN_DOUBT = 7200;

  /** Failure code: it will never be done. The message becomes a dead letter now. */
  static final int NEVER = 7201;

  /**
   * Suffix of the address on which a part of the gateway hears that the queue no longer asks it.
   */
  static final String LEFT = ".left";

  private static final String CORRELATION_ID = "correlation-id";
  private static final String QUEUE = "busbar-queue";
  private static final String NODE = "busbar-queue-node";
  private static final long PAUSE_MILLIS = 1_000;

  private final Queue queue;
  private final EventBus bus;
  private final String address;

  /**
   * Whether a part of the gateway has the address. It is asked on the node where the queue lives.
   */
  private final boolean ours;

  private final int prefetch;

  /** How many requests may be open at once before the first answer. */
  private final int least;

  private final long answerMillis;
  private final QueueMember member;
  private boolean pausing;
  private boolean ended;

  BusTarget(Queue queue, EventBus bus, QueueRules.Settings settings) {
    this.queue = queue;
    this.bus = bus;
    this.address = settings.to();
    this.ours = isOurs(address);
    this.prefetch = settings.prefetch();
    this.answerMillis = settings.answerMillis();
    this.least = ours ? prefetch : 1;
    this.member = new QueueMember("to " + address, null, least, false, null, this::ask);
  }

  /**
   * Will mark requests as redelivered on this node when they come from a node that no longer runs
   * the queue. Such a request was under way while its node was frozen or cut off. Other consumers
   * may have had the message since.
   */
  static void markLate(EventBus bus, Owners owners) {
    bus.<Object>addInboundInterceptor(
        delivery -> {
          MultiMap headers = delivery.message().headers();
          String queue = headers.get(QUEUE);
          if (queue != null) {
            if (!Objects.equals(headers.get(NODE), owners.of(queue))) {
              headers.set(QueueMessage.REDELIVERED, "true");
            }
            headers.remove(QUEUE).remove(NODE);
          }
          delivery.next();
        });
  }

  static boolean isOurs(String address) {
    return address.startsWith(QueueRules.OURS);
  }

  QueueMember member() {
    return member;
  }

  /** Will send no more requests. Requests that are open may still be answered. */
  void end() {
    ended = true;
    if (ours) {
      bus.publish(address + LEFT, null, new DeliveryOptions().setLocalOnly(true));
    }
  }

  private void ask(List<QueueEntry> entries) {
    member.written(entries);
    entries.forEach(this::ask);
    if (ours) {
      queue.run(this::mayGoOn); // so long batches are sent together, too
    }
  }

  private void ask(QueueEntry entry) {
    QueueMessage message = entry.message();
    MultiMap headers = QueueMessage.crossing(message.headers()).set(KEPT, entry.id());
    if (entry.isRedelivered()) {
      headers.set(QueueMessage.REDELIVERED, "true");
    }
    QueueNodes nodes = queue.queues().nodes();
    if (nodes.isClustered() && !ours) {
      headers.set(QUEUE, queue.name()).set(NODE, nodes.owners().here());
    }
    DeliveryOptions options =
        new DeliveryOptions().setHeaders(headers).setSendTimeout(answerMillis).setLocalOnly(ours);
    bus.request(address, message.payload().body(), options)
        .onComplete(result -> queue.run(() -> answered(entry, result)));
  }

  private void answered(QueueEntry entry, AsyncResult<Message<Object>> result) {
    member.gives(entry);
    ReplyFailure failure = failure(result);
    int code = result.cause() instanceof ReplyException reply ? reply.failureCode() : 0;
    if (result.succeeded()) {
      if (!pausing) {
        member.most(prefetch);
      }
      Payload answer = Payload.ofBody(result.result().body());
      MultiMap headers = result.result().headers();
      passOn(entry.message(), answer, headers);
      queue.done(entry, answer == null ? null : Queues.answer(answer, headers));
    } else if (code == NOT_NOW) {
      pause();
      queue.waits(entry);
    } else if (code == IN_DOUBT) {
      pause();
      queue.returned(entry, member, false);
    } else if (code == NEVER) {
      queue.refused(entry);
    } else if (failure == ReplyFailure.TIMEOUT || failure == ReplyFailure.RECIPIENT_FAILURE) {
      queue.returned(entry, member, true);
    } else if (failure == ReplyFailure.NO_HANDLERS) {
      pause();
      queue.waits(entry);
    } else {
      // The connection to the handler's node has ended. The handler may have read the message
      // before that.
      pause();
      queue.returned(entry, member, false);
    }
    mayGoOn();
  }

  /** Puts the answer into the queue that the sender named for it, if there is one. */
  private void passOn(QueueMessage asked, @Nullable Payload answer, MultiMap headers) {
    String replyQueue = asked.headers().get(Queues.REPLY_QUEUE);
    if (replyQueue != null && answer != null) {
      MultiMap crossing = QueueMessage.crossing(headers);
      String correlation = asked.headers().get(CORRELATION_ID);
      if (correlation != null && !crossing.contains(CORRELATION_ID)) {
        crossing.set(CORRELATION_ID, correlation);
      }
      queue
          .queues()
          .keep(replyQueue, QueueMessage.of(answer, crossing, asked.holder()), false)
          .onFailure(e -> queue.queues().lost(replyQueue, e));
    }
  }

  /** Stops for a while. After that, one message at a time tests whether a handler is there. */
  private void pause() {
    member.most(0);
    if (!pausing && !ended) {
      pausing = true;
      queue.queues().vertx().setTimer(PAUSE_MILLIS, timer -> queue.run(this::probe));
    }
  }

  private void probe() {
    pausing = false;
    member.most(least);
    mayGoOn();
  }

  private void mayGoOn() {
    if (!ended) {
      queue.mayHaveRoom(member);
    }
  }

  private static ReplyFailure failure(AsyncResult<?> result) {
    return result.cause() instanceof ReplyException reply
        ? reply.failureType()
        : ReplyFailure.ERROR;
  }
}
