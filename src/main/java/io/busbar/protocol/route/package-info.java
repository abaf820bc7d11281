/**
 * Paths at which features answer HTTP: one question on the bus for each request. Used by {@code
 * io.busbar} alone.
 */
@NullMarked
package io.busbar.protocol.route;

import org.jspecify.annotations.NullMarked;
