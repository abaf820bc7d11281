package io.busbar.protocol;

import io.busbar.hub.Disconnect;

/**
 * A client broke a rule of its protocol: one sentence that names it, and the code to close with.
 */
public final class ProtocolException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final transient Disconnect disconnect;

  public ProtocolException(Disconnect disconnect, String rule) {
    super(rule, null, false, false);
    this.disconnect = new Disconnect(disconnect.code(), rule, disconnect.retry());
  }

  /** There always is one. */
  @Override
  public String getMessage() {
    return String.valueOf(super.getMessage());
  }

  /** The close code, with the sentence as its reason. */
  public Disconnect disconnect() {
    return disconnect;
  }
}
