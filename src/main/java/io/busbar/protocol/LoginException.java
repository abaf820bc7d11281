package io.busbar.protocol;

import io.vertx.core.VertxException;

/** A failed login; its message is for the client. Immutable. */
public final class LoginException extends VertxException {
  /** An unknown user, a wrong password or an invalid token; all have the same message. */
  public static final LoginException WRONG = new LoginException("login is not right");

  /** Too many logins at once, or too many wrong ones before; nothing was checked. */
  public static final LoginException BUSY = new LoginException("too many logins, try again later");

  private static final long serialVersionUID = 1L;

  private LoginException(String words) {
    super(words, true);
  }

  /** There always is one. */
  @Override
  public String getMessage() {
    return String.valueOf(super.getMessage());
  }
}
