package io.busbar.protocol.pusher;

/** An error in a request of a backend, with a message for its developer. */
final class ApiException extends Exception {
  private static final long serialVersionUID = 1L;

  private final int status;

  ApiException(int status, String words) {
    super(words, null, false, false);
    this.status = status;
  }

  /** There always is one. */
  @Override
  public String getMessage() {
    return String.valueOf(super.getMessage());
  }

  /** Returns an error with status 400. */
  static ApiException bad(String words) {
    return new ApiException(400, words);
  }

  int status() {
    return status;
  }
}
