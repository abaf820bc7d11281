package io.busbar.protocol.stomp;

import io.busbar.hub.Payload;
import io.vertx.core.Future;
import io.vertx.core.MultiMap;
import io.vertx.core.eventbus.EventBus;
import io.vertx.core.eventbus.Message;
import io.vertx.core.eventbus.MessageConsumer;

/**
 * The bus consumer of a queue's address, there while this node has consumers of the queue: what
 * anybody sends to the address goes to one of them. Owned by the queue's event loop.
 */
final class QueueInlet {
  private final StompQueue queue;
  private final EventBus bus;
  private final String node;
  private MessageConsumer<Object> consumer;

  QueueInlet(StompQueue queue, EventBus bus, String node) {
    this.queue = queue;
    this.bus = bus;
    this.node = node;
  }

  /** Completes when the bus knows. */
  Future<Void> open() {
    if (consumer == null) {
      consumer = bus.consumer(queue.address());
      consumer.handler(this::handle);
    }
    return consumer.completion();
  }

  void close() {
    if (consumer != null) {
      consumer.unregister();
      consumer = null;
    }
  }

  private void handle(Message<Object> message) {
    String from = message.headers().get(BusOutlet.FROM_QUEUE);
    if (!message.isSend()) {
      return;
    }
    Payload payload = Payload.ofBody(message.body());
    if (node.equals(from) || !queue.hasConsumers()) {
      message.fail(BusOutlet.BOUNCED, "this is the queue that it comes from");
    } else if (payload == null) {
      message.fail(-1, "no client can be told a " + message.body().getClass().getName());
    } else {
      accept(message, payload, from != null);
    }
  }

  private void accept(Message<Object> message, Payload payload, boolean fromQueue) {
    boolean question = message.replyAddress() != null && !fromQueue;
    MultiMap headers = MultiMap.caseInsensitiveMultiMap().addAll(message.headers());
    boolean redelivered = "true".equals(headers.get(StompHeaders.REDELIVERED));
    headers.remove(BusOutlet.FROM_QUEUE).remove(StompHeaders.REDELIVERED);
    QueueMessage kept = QueueMessage.of(payload.body(), payload.raw().length, headers);
    queue
        .accept(kept, question ? message : null, fromQueue, redelivered)
        .onSuccess(
            accepted -> {
              if (fromQueue) {
                message.reply(null);
              }
            })
        .onFailure(
            refused -> message.fail(fromQueue ? BusOutlet.BOUNCED : -1, refused.getMessage()));
  }
}
