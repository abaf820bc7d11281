package io.busbar.protocol.bridge;

/** A message that the bridge does not take: the stock bridge's code, where it has one. */
final class BridgeException extends Exception {
  private static final long serialVersionUID = 1L;

  private final String code;

  BridgeException(String code, String rule) {
    super(rule, null, false, false);
    this.code = code;
  }

  String code() {
    return code;
  }
}
