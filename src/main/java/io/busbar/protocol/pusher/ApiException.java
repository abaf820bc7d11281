package io.busbar.protocol.pusher;

/** What is wrong with a request of a backend, in words for who wrote that. */
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

  /** Where the words are all that there is to say. */
  static ApiException bad(String words) {
    return new ApiException(400, words);
  }

  int status() {
    return status;
  }
}
