package io.busbar.protocol.topics;

/** An invalid pair or topic of a client, with the broken rule. */
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
