/**
 * RabbitMQ: queues and exchanges that are connected with addresses of the bus, with
 * acknowledgements from end to end. The package knows the configuration and the event bus.
 *
 * <p>In: {@code RabbitMQConsumer → InboundRoute → Delivery (Form) → Handover → the bus}, and back
 * to {@code Acks → RabbitMQClient}. Out: {@code the bus → OutboundRoute → Outgoing → Publisher
 * (OutgoingBuffer) → Channel}, and back from the client's stream of confirms. Each route has a
 * {@code Link}. A link has one {@code LinkConnection} after the other: a client, its connection,
 * its channel.
 */
@NullMarked
package io.busbar.rabbitmq;

import org.jspecify.annotations.NullMarked;
