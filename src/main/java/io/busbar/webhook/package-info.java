/**
 * Webhooks: events that are sent by HTTP, signed as the Standard Webhooks specification says. The
 * package knows the configuration, addresses and payloads of the hub, and the event bus.
 *
 * <p>On each node {@code EventRouter} puts every event into the queue of each {@code Webhook} that
 * wants it. The queue asks the {@code Sender} on the node where it lives. The sender makes {@code
 * Batch}es and posts them with a {@code Poster}, one after the other.
 */
@NullMarked
package io.busbar.webhook;

import org.jspecify.annotations.NullMarked;
