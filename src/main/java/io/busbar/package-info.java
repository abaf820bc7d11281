/**
 * Starts a node: the arguments, the event loops, the table of protocols, what changes without a
 * restart. Uses every other package, and no other package uses it.
 */
@NullMarked
package io.busbar;

import org.jspecify.annotations.NullMarked;
