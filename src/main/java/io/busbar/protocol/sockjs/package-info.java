/**
 * SockJS: its frames, its transports and whose session it is, as one more transport for the
 * protocols on top. Used by {@code io.busbar} alone.
 */
@NullMarked
package io.busbar.protocol.sockjs;

import org.jspecify.annotations.NullMarked;
