package io.busbar.protocol.route;

/** An error in a request that no feature gets: a status, and a sentence for the client. */
final class RouteException extends Exception {
  private static final long serialVersionUID = 1L;

  private final int status;

  RouteException(int status, String rule) {
    super(rule, null, false, false);
    this.status = status;
  }

  /** There always is one. */
  @Override
  public String getMessage() {
    return String.valueOf(super.getMessage());
  }

  int status() {
    return status;
  }
}
