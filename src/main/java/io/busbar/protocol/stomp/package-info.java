/** STOMP 1.0, 1.1 and 1.2 over TCP, WebSocket and SockJS. Used by {@code io.busbar} alone. */
@NullMarked
package io.busbar.protocol.stomp;

import org.jspecify.annotations.NullMarked;
