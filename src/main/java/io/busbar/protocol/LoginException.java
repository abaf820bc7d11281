package io.busbar.protocol;

import io.vertx.core.VertxException;

/** A login that failed; its message is for the client. */
public final class LoginException extends VertxException {
  /** The same words for an unknown user, a wrong password, a token that is not right. */
  public static final LoginException WRONG = new LoginException("login is not right");

  /** Too many at once, or too many wrong ones before: nothing was looked at. */
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
