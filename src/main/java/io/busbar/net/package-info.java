/**
 * What all client ports share: TLS and its reload, limits of connections, trusted proxies, and TCP
 * ports of protocols. Used by whatever opens a port.
 */
@NullMarked
package io.busbar.net;

import org.jspecify.annotations.NullMarked;
