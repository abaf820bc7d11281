/**
 * The topic bus: pairs in JSON, and which topic is which address. Used by {@code io.busbar} alone.
 */
@NullMarked
package io.busbar.protocol.topics;

import org.jspecify.annotations.NullMarked;
