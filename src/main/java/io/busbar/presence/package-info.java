/**
 * Who is in a channel: what this node has, what it owns, and what was announced. Knows no protocol;
 * {@code io.busbar} gives it to the hub.
 */
@NullMarked
package io.busbar.presence;

import org.jspecify.annotations.NullMarked;
