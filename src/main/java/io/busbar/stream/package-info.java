/**
 * Streams: the positions of messages, what is kept and where, and the way between nodes. It is the
 * hub's history; {@code io.busbar} puts the two together.
 */
@NullMarked
package io.busbar.stream;

import org.jspecify.annotations.NullMarked;
