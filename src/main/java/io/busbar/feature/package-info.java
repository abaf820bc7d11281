/**
 * Features: verticles that use the event bus and nothing else of Busbar.
 *
 * <p>A feature may rely on the event bus, the addresses, headers and files in {@code features.md},
 * and the package {@code io.busbar.test}. All other classes of Busbar are internal and may change
 * with each version.
 */
@NullMarked
package io.busbar.feature;

import org.jspecify.annotations.NullMarked;
