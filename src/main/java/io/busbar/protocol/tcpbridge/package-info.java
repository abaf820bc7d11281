/**
 * The event-bus bridge over TCP, in the dialect of vertx-tcp-eventbus-bridge. Used by {@code
 * io.busbar} alone.
 */
@NullMarked
package io.busbar.protocol.tcpbridge;

import org.jspecify.annotations.NullMarked;
