/**
 * The hub: sessions, channels, subscriptions, permissions, and the way of a message from the bus to
 * everybody who hears it. Knows no protocol and no HTTP; whatever speaks for clients uses it.
 */
@NullMarked
package io.busbar.hub;

import org.jspecify.annotations.NullMarked;
