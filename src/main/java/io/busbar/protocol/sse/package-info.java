/**
 * Server-sent events: a response that goes on is the transport, and what a client says is a request
 * of its own. Used by {@code io.busbar} alone.
 */
@NullMarked
package io.busbar.protocol.sse;

import org.jspecify.annotations.NullMarked;
