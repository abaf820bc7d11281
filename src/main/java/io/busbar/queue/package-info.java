/**
 * Queues: rules, dispatching, consumers, dead letters, durable subscriptions, and the way between
 * nodes. Knows no protocol; used by STOMP, the admin port and {@code io.busbar}.
 */
@NullMarked
package io.busbar.queue;

import org.jspecify.annotations.NullMarked;
