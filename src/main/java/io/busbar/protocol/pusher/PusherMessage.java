package io.busbar.protocol.pusher;

import io.vertx.core.json.DecodeException;
import io.vertx.core.json.JsonObject;
import org.jspecify.annotations.Nullable;

/**
 * What a client says.
 *
 * @param channel null where it names none
 * @param data the text that a string has, or else the JSON as the client wrote it; null for none
 */
record PusherMessage(String event, @Nullable String channel, @Nullable String data) {
  /** The data of an event of the protocol's own: an object, also where it came as its text. */
  JsonObject object() throws PusherException {
    try {
      if (data != null && EventData.read(data) instanceof JsonObject object) {
        return object;
      }
    } catch (DecodeException e) {
      // is told below
    }
    throw new PusherException(PusherException.INVALID, "the data of " + event + " is an object");
  }
}
