/**
 * The commands of the jar that are no node: those that speak to a node's admin port, and those that
 * write a project or an archive. Used by {@code io.busbar} alone.
 */
@NullMarked
package io.busbar.command;

import org.jspecify.annotations.NullMarked;
