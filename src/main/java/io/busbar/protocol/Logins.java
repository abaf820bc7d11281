package io.busbar.protocol;

import io.busbar.hub.Principal;
import io.vertx.core.Future;

/**
 * Finds out who a client is. Called on an event loop, where the answer comes, too. What fails says
 * the same for whatever is wrong, and fails with a {@link LoginException}.
 */
public interface Logins {
  /** Knows nobody: whoever tries fails. */
  Logins NONE =
      new Logins() {
        @Override
        public Future<Principal> password(String user, String password, String from) {
          return Future.failedFuture(LoginException.WRONG);
        }

        @Override
        public Future<Principal> token(String token, String from) {
          return Future.failedFuture(LoginException.WRONG);
        }

        @Override
        public boolean takesPasswords() {
          return false;
        }

        @Override
        public boolean takesTokens() {
          return false;
        }
      };

  /** Whether there are users with passwords. */
  boolean takesPasswords();

  /** Whether there is anybody whose tokens are believed. */
  boolean takesTokens();

  /**
   * A user and a password, which may be a token.
   *
   * @param from the host the client comes from
   */
  Future<Principal> password(String user, String password, String from);

  Future<Principal> token(String token, String from);
}
