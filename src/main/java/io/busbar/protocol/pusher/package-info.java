/**
 * Pusher's protocol and its HTTP API: apps, channels whose names say who may listen, signatures,
 * and members of presence channels. Used by {@code io.busbar} alone.
 */
@NullMarked
package io.busbar.protocol.pusher;

import org.jspecify.annotations.NullMarked;
