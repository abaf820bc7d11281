package io.busbar.rabbitmq;

/** A message that cannot go on, however often it is tried. Its message is the reason, one line. */
final class BadMessageException extends Exception {
  private static final long serialVersionUID = 1L;

  BadMessageException(String reason) {
    super(reason, null, false, false);
  }
}
