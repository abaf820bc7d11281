package io.busbar.rabbitmq;

import com.rabbitmq.client.Channel;
import io.busbar.config.RabbitMqRoute;
import io.busbar.config.RabbitMqRoute.Declare;
import java.io.IOException;

/** What a route makes in RabbitMQ, each time its channel opens. Called on the link's worker. */
final class Topology {
  private Topology() {}

  /** Will return the queue to consume. */
  static String declareInbound(Channel channel, RabbitMqRoute route) throws IOException {
    declareExchange(channel, route);
    String queue = route.queue();
    if (route.hasOwnQueue()) {
      queue =
          channel
              .queueDeclare("", route.durable(), true, route.autoDelete(), route.arguments())
              .getQueue();
    } else if (route.declare() != Declare.NONE) {
      declareQueue(channel, route, queue);
    }
    if (route.binding() != null && (route.hasOwnQueue() || route.declare() != Declare.NONE)) {
      channel.queueBind(queue, route.exchange(), route.binding());
    }
    return queue;
  }

  /** The exchange, or the queue that the default exchange would route to. */
  static void declareOutbound(Channel channel, RabbitMqRoute route) throws IOException {
    declareExchange(channel, route);
    if (route.exchange().isEmpty() && route.declare() != Declare.NONE) {
      declareQueue(channel, route, route.routingKey());
    }
  }

  private static void declareQueue(Channel channel, RabbitMqRoute route, String queue)
      throws IOException {
    channel.queueDeclare(queue, route.durable(), false, route.autoDelete(), route.arguments());
  }

  /** An exchange outlives the queues that are bound to it: it is durable unless told otherwise. */
  private static void declareExchange(Channel channel, RabbitMqRoute route) throws IOException {
    String exchange = route.exchange();
    if (exchange.isEmpty() || exchange.startsWith("amq.") || route.declare() != Declare.ALL) {
      return;
    }
    boolean durable = route.hasOwnQueue() || route.durable();
    channel.exchangeDeclare(exchange, route.type(), durable, false, null);
  }
}
