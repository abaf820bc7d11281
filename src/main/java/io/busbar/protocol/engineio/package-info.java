/**
 * Engine.IO 4 and 3: packets, payloads, polling, WebSocket and the change between them, as one more
 * transport. Used by Socket.IO and by {@code io.busbar}.
 */
@NullMarked
package io.busbar.protocol.engineio;

import org.jspecify.annotations.NullMarked;
