/**
 * Socket.IO 5 and before: packets, namespaces that are the bus or a feature, and acknowledgements.
 * Used by {@code io.busbar} alone.
 */
@NullMarked
package io.busbar.protocol.socketio;

import org.jspecify.annotations.NullMarked;
