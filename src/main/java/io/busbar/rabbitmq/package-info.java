/**
 * RabbitMQ: queues and exchanges joined to addresses of the bus, with acknowledgements from end to
 * end. Knows the config and the event bus.
 */
package io.busbar.rabbitmq;
