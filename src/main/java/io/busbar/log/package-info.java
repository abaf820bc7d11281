/**
 * How lines of the log look, what they count, and which are said once a minute. Used by {@code
 * io.busbar} alone.
 */
@NullMarked
package io.busbar.log;

import org.jspecify.annotations.NullMarked;
