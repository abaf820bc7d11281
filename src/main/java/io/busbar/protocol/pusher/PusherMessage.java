package io.busbar.protocol.pusher;

import io.vertx.core.json.DecodeException;
import io.vertx.core.json.JsonObject;
import org.jspecify.annotations.Nullable;

/**
 * A message of a client.
 *
 * @param channel null for none
 * @param data the content of a string, or other JSON as the client wrote it; null for none
 */
record PusherMessage(String event, @Nullable String channel, @Nullable String data) {
  /** Returns the data of a protocol event: an object, or a string that contains one. */
  JsonObject object() throws PusherException {
    try {
      if (data != null && EventData.read(data) instanceof JsonObject object) {
        return object;
      }
    } catch (DecodeException e) {
      // The error below covers malformed JSON, too.
    }
    throw new PusherException(PusherException.INVALID, "the data of " + event + " is an object");
  }
}
