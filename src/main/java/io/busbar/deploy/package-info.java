/**
 * Features that come while nodes run: their archives, their class loaders, and what the nodes have
 * in common. Used by the admin port, the languages of scripts and {@code io.busbar}.
 */
@NullMarked
package io.busbar.deploy;

import org.jspecify.annotations.NullMarked;
