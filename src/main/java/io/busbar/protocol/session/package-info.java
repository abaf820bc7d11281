/**
 * A client's session over many HTTP requests, which may come to any node. Knows no protocol; used
 * by SockJS and Engine.IO.
 */
@NullMarked
package io.busbar.protocol.session;

import org.jspecify.annotations.NullMarked;
