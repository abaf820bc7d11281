package io.busbar.protocol.pusher;

/** A client broke a rule: it is told so in an event {@code pusher:error}, and may go on. */
final class PusherException extends Exception {
  private static final long serialVersionUID = 1L;

  /** A message that is none. */
  static final int INVALID = 4200;

  /** An event of a client that is not passed on. */
  static final int CLIENT_EVENT = 4301;

  /** A list of users to watch that is too long. */
  static final int WATCHLIST = 4302;

  private final int code;

  /**
   * @param rule one sentence, which the client is told
   */
  PusherException(int code, String rule) {
    super(rule, null, false, false);
    this.code = code;
  }

  /** There always is one. */
  @Override
  public String getMessage() {
    return String.valueOf(super.getMessage());
  }

  int code() {
    return code;
  }
}
