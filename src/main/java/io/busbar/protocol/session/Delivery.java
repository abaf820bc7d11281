package io.busbar.protocol.session;

import io.vertx.core.json.JsonObject;
import org.jspecify.annotations.Nullable;

/**
 * What one node tells another of a frame that it was given.
 *
 * @param unsent it did not go out
 * @param ended it was the last that goes this way
 * @param full not all is with the kernel; no other frame can go out for now
 * @param fate what is known of the client; null for nothing new
 */
record Delivery(boolean unsent, boolean ended, boolean full, @Nullable WriteOutcome fate) {
  @Nullable JsonObject toJson() {
    return new JsonObject()
        .put("unsent", unsent)
        .put("ended", ended)
        .put("full", full)
        .put("fate", fate == null ? null : fate.name());
  }

  static @Nullable Delivery of(JsonObject json) {
    String fate = json.getString("fate");
    return new Delivery(
        json.getBoolean("unsent"),
        json.getBoolean("ended"),
        json.getBoolean("full"),
        fate == null ? null : WriteOutcome.valueOf(fate));
  }
}
