package io.busbar.rabbitmq;

import com.rabbitmq.client.AMQP.BasicProperties;
import io.vertx.core.Promise;
import java.util.HashMap;
import java.util.Map;

/** One message on its way into RabbitMQ. Belongs to the event loop, but for what is final. */
final class Outgoing {
  final String exchange;
  final String routingKey;
  final boolean mandatory;
  final byte[] body;
  final Promise<Void> promise = Promise.promise();

  /** In System.nanoTime; null for one that nobody waits for. */
  final Long deadline;

  private BasicProperties properties;
  boolean returned;
  boolean sent;

  Outgoing(
      String exchange,
      String routingKey,
      boolean mandatory,
      BasicProperties properties,
      byte[] body,
      Long deadline) {
    this.exchange = exchange;
    this.routingKey = routingKey;
    this.mandatory = mandatory;
    this.properties = properties;
    this.body = body;
    this.deadline = deadline;
  }

  BasicProperties properties() {
    return properties;
  }

  boolean isSettled() {
    return promise.future().isComplete();
  }

  boolean isLate(long now) {
    return deadline != null && now - deadline > 0;
  }

  /** RabbitMQ may have it: its second coming says so. */
  void markRedelivered() {
    Map<String, Object> headers = new HashMap<>();
    if (properties.getHeaders() != null) {
      headers.putAll(properties.getHeaders());
    }
    headers.put(AmqpHeaders.REDELIVERED, true);
    properties = properties.builder().headers(headers).build();
    returned = false;
  }
}
