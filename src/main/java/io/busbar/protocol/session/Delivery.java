package io.busbar.protocol.session;

import io.vertx.core.json.JsonObject;
import org.jspecify.annotations.Nullable;

/**
 * The reply of a node about a frame that it was given for a client.
 *
 * @param unsent whether the frame was not sent
 * @param ended whether it was the last frame of this downlink
 * @param full whether the kernel has not taken all, so that no other frame can follow yet
 * @param outcome what is known about the client; null for nothing new
 */
record Delivery(boolean unsent, boolean ended, boolean full, @Nullable WriteOutcome outcome) {
  @Nullable JsonObject toJson() {
    return new JsonObject()
        .put("unsent", unsent)
        .put("ended", ended)
        .put("full", full)
        .put("fate", outcome == null ? null : outcome.name());
  }

  static @Nullable Delivery of(JsonObject json) {
    String outcome = json.getString("fate");
    return new Delivery(
        json.getBoolean("unsent"),
        json.getBoolean("ended"),
        json.getBoolean("full"),
        outcome == null ? null : WriteOutcome.valueOf(outcome));
  }
}
