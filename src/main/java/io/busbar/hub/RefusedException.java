package io.busbar.hub;

import io.busbar.config.Action;
import io.vertx.core.VertxException;

/** A failure with a refusal of the hub. Immutable. */
public final class RefusedException extends VertxException {
  private static final long serialVersionUID = 1L;

  private final Refusal refusal;

  RefusedException(Refusal refusal, Action action, String address) {
    super(refusal.about(action, address), true);
    this.refusal = refusal;
  }

  public Refusal refusal() {
    return refusal;
  }
}
