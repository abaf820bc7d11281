/** The admin port: health, metrics, the console and its API. Only {@code io.busbar} uses it. */
@NullMarked
package io.busbar.admin;

import org.jspecify.annotations.NullMarked;
