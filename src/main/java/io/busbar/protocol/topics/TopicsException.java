package io.busbar.protocol.topics;

/** A client said what is no pair, or named what is no topic: the rule that it broke. */
final class TopicsException extends Exception {
  private static final long serialVersionUID = 1L;

  TopicsException(String rule) {
    super(rule, null, false, false);
  }

  /** There always is one. */
  @Override
  public String getMessage() {
    return String.valueOf(super.getMessage());
  }
}
