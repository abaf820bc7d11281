package io.busbar.hub;

import io.vertx.core.VertxException;

/** The hub said no. */
public final class RefusedException extends VertxException {
  private static final long serialVersionUID = 1L;

  private final Refusal refusal;

  RefusedException(Refusal refusal, String address) {
    super(refusal.words() + ": " + address, true);
    this.refusal = refusal;
  }

  public Refusal refusal() {
    return refusal;
  }
}
