/** The JSON of Vert.x's event-bus bridge. Used by the bridge over TCP and by {@code io.busbar}. */
@NullMarked
package io.busbar.protocol.bridge;

import org.jspecify.annotations.NullMarked;
