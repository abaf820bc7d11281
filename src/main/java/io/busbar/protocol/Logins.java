package io.busbar.protocol;

import io.busbar.hub.Principal;
import io.vertx.core.Future;
import org.jspecify.annotations.Nullable;

/**
 * The check of logins. Called on an event loop, where the result comes, too. Every failure is a
 * {@link LoginException}, and a wrong login has the same message for any reason.
 */
public interface Logins {
  /** Logins without users; each login fails. */
  Logins NONE =
      new Logins() {
        @Override
        public Future<Principal> password(
            @Nullable String user, @Nullable String password, String from) {
          return Future.failedFuture(LoginException.WRONG);
        }

        @Override
        public Future<Principal> token(@Nullable String token, String from) {
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

  /** Returns whether there are users with passwords. */
  boolean takesPasswords();

  /** Returns whether tokens are accepted at all. */
  boolean takesTokens();

  /**
   * Will check a user and a password, which may be a token.
   *
   * @param from host of the client
   */
  Future<Principal> password(@Nullable String user, @Nullable String password, String from);

  Future<Principal> token(@Nullable String token, String from);
}
