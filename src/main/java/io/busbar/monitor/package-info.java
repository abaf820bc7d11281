/**
 * What a node's JVM may have: the bounds of its memory, giving it back, and the end when there is
 * none. Used by {@code io.busbar} and {@code io.busbar.log}.
 */
@NullMarked
package io.busbar.monitor;

import org.jspecify.annotations.NullMarked;
