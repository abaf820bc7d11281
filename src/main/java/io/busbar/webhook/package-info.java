/**
 * Webhooks: events told by HTTP, signed as the Standard Webhooks specification has it. Knows the
 * config, addresses and payloads of the hub, and the event bus.
 *
 * <p>On each node {@code Intake} puts every event that somebody wants into the queue of each {@code
 * Webhook} that wants it. On the node where that queue lives it asks the {@code Sender}, which
 * makes {@code Batch}es and posts them with a {@code Poster}, one after the other.
 */
@NullMarked
package io.busbar.webhook;

import org.jspecify.annotations.NullMarked;
