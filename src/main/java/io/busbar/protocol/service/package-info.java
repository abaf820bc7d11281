/**
 * Service endpoints: paths bound to a feature, for clients whose messages are the feature's own.
 * Used by {@code io.busbar} alone.
 */
@NullMarked
package io.busbar.protocol.service;

import org.jspecify.annotations.NullMarked;
