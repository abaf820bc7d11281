package io.busbar.rabbitmq;

import com.rabbitmq.client.AMQP.BasicProperties;
import com.rabbitmq.client.Envelope;
import io.vertx.core.eventbus.DeliveryOptions;

/**
 * One message from RabbitMQ, made ready for the bus. Immutable.
 *
 * @param reason why it cannot go to the bus; null where it can
 */
record Delivery(
    Acks acks,
    Envelope envelope,
    BasicProperties properties,
    byte[] octets,
    String address,
    Object body,
    DeliveryOptions options,
    String reason) {
  long tag() {
    return envelope.getDeliveryTag();
  }
}
