/**
 * Features: verticles that know the event bus and nothing else of ours.
 *
 * <p>That bus, with the addresses, headers and files that {@code features.md} names, and the
 * package {@code io.busbar.test} are what is promised to a feature. Every other class of ours is
 * the gateway's own, and may be another one in the next version.
 */
@NullMarked
package io.busbar.feature;

import org.jspecify.annotations.NullMarked;
