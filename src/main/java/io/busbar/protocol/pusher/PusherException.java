package io.busbar.protocol.pusher;

/**
 * A broken rule, which a client is told in an event {@code pusher:error}. The connection stays
 * open.
 */
final class PusherException extends Exception {
  private static final long serialVersionUID = 1L;

  /** Code of an invalid message. */
  static final int INVALID = 4200;

  /** Code of a rejected client event. */
  static final int CLIENT_EVENT = 4301;

  /** Code of a watchlist that is too long. */
  static final int WATCHLIST = 4302;

  private final int code;

  /**
   * @param rule one sentence for the client
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
