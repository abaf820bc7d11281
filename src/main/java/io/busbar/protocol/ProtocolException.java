package io.busbar.protocol;

import io.busbar.hub.Disconnect;

/** A broken rule of a protocol: one sentence that names the rule, and the close code. Immutable. */
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

  /** Returns the close code, with the sentence as its reason. */
  public Disconnect disconnect() {
    return disconnect;
  }
}
