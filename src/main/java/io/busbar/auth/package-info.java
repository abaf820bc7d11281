/**
 * Who logs in: the users file, JSON Web Tokens, and delays for whoever guesses. Used by {@code
 * io.busbar} alone; others know its interface, {@code io.busbar.protocol.Logins}.
 */
@NullMarked
package io.busbar.auth;

import org.jspecify.annotations.NullMarked;
