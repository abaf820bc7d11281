package io.busbar.rabbitmq;

import com.rabbitmq.client.AMQP.BasicProperties;
import com.rabbitmq.client.Envelope;
import io.busbar.config.RabbitMqRoute;
import io.vertx.core.Context;
import io.vertx.core.MultiMap;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.eventbus.DeliveryOptions;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;

/**
 * What the connection's threads have for the event loop: messages made ready for the bus, in order,
 * bounded by the prefetch. {@link #add} is for those threads, all else for the event loop.
 */
final class Arrivals {
  private final Context context;
  private final int messageSize;
  private final long answerMillis;
  private final AddressTemplate template;
  private final Runnable whenThere;
  private final Queue<Delivery> inbox = new ConcurrentLinkedQueue<>();
  private final AtomicBoolean told = new AtomicBoolean();

  /**
   * @param messageSize bytes that a body may have
   * @param addressLength characters that an address may have
   * @param whenThere runs on the event loop, once for all that came meanwhile
   */
  Arrivals(
      Context context,
      RabbitMqRoute route,
      int messageSize,
      int addressLength,
      Runnable whenThere) {
    this.context = context;
    this.messageSize = messageSize;
    this.answerMillis = route.answerTimeout().toMillis();
    this.template = new AddressTemplate(route.address(), addressLength);
    this.whenThere = whenThere;
  }

  void add(Acks of, Envelope envelope, BasicProperties properties, byte[] octets) {
    inbox.add(ready(of, envelope, properties, octets));
    if (told.compareAndSet(false, true)) {
      context.runOnContext(here -> whenThere.run());
    }
  }

  private Delivery ready(Acks of, Envelope envelope, BasicProperties properties, byte[] octets) {
    try {
      if (octets.length > messageSize) {
        throw new BadMessageException("the body is longer than " + messageSize + " bytes");
      }
      MultiMap headers = AmqpHeaders.toBus(envelope, properties);
      String address = template.address(envelope.getRoutingKey(), headers);
      boolean plain = properties.getContentEncoding() == null;
      Object body =
          plain ? AmqpPayload.body(properties.getContentType(), octets) : Buffer.buffer(octets);
      DeliveryOptions options =
          new DeliveryOptions().setHeaders(headers).setSendTimeout(answerMillis);
      return new Delivery(of, envelope, properties, octets, address, body, options, null);
    } catch (BadMessageException e) {
      return new Delivery(of, envelope, properties, octets, null, null, null, e.getMessage());
    }
  }

  /** Whether more will be told of in this turn or the next. */
  boolean isMoreToCome() {
    return told.get();
  }

  /** Hands over all that is there. */
  void drain(Consumer<Delivery> to) {
    told.set(false);
    for (Delivery next = inbox.poll(); next != null; next = inbox.poll()) {
      to.accept(next);
    }
  }
}
