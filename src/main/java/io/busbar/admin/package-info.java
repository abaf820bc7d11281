/** The admin port: health, metrics, the console and its API. Used by {@code io.busbar} alone. */
@NullMarked
package io.busbar.admin;

import org.jspecify.annotations.NullMarked;
