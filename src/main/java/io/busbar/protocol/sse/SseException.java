package io.busbar.protocol.sse;

/** An error in a request: a status, a code, and a sentence for the client. */
final class SseException extends Exception {
  private static final long serialVersionUID = 1L;

  private final int status;
  private final String code;

  SseException(int status, String code, String rule) {
    super(rule, null, false, false);
    this.status = status;
    this.code = code;
  }

  /** There always is one. */
  @Override
  public String getMessage() {
    return String.valueOf(super.getMessage());
  }

  /** Returns an error with status 400. */
  static SseException bad(String rule) {
    return new SseException(400, "bad_request", rule);
  }

  int status() {
    return status;
  }

  String code() {
    return code;
  }
}
