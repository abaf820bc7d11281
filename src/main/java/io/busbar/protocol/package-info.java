/**
 * What protocols share: how one is opened on a node, and what carries its messages. Used by every
 * protocol, and by the packages that mount endpoints or check logins.
 */
@NullMarked
package io.busbar.protocol;

import org.jspecify.annotations.NullMarked;
