/**
 * The HTTP port: its checks of host and origin, its base path and its static pages. It mounts every
 * endpoint on one router. Used by the admin port and by {@code io.busbar}.
 */
@NullMarked
package io.busbar.http;

import org.jspecify.annotations.NullMarked;
