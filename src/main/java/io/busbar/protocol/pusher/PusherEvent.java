package io.busbar.protocol.pusher;

import io.busbar.hub.Payload;
import io.vertx.core.MultiMap;
import io.vertx.core.json.JsonObject;
import org.jspecify.annotations.Nullable;

/**
 * An event of a channel, as it is on the bus.
 *
 * @param payload the value of its data
 * @param headers with its name, and what is the gateway's own
 */
record PusherEvent(Payload payload, MultiMap headers) {
  /** The header that names an event. */
  static final String NAME = "name";

  /** The user that a client's event on a presence channel is of. */
  static final String USER = "busbar-user";

  /** The session that must not hear it. */
  static final String EXCEPT = "busbar-except";

  private static final String OURS = "pusher:";
  private static final String INTERNAL = "pusher_internal:";

  /**
   * @param data the text that its publisher gave
   * @param socketId of the connection that must not hear it; null for none
   * @param user whose event it is; null for nobody's
   */
  static PusherEvent of(String name, String data, @Nullable String socketId, @Nullable String user) {
    Payload payload = EventData.payload(data);
    MultiMap headers = MultiMap.caseInsensitiveMultiMap().add(NAME, name);
    EventData.keep(data, payload, headers);
    if (socketId != null) {
      headers.add(EXCEPT, socketId);
    }
    if (user != null) {
      headers.add(USER, user);
    }
    return new PusherEvent(payload, headers);
  }

  /** Whether only the gateway says events of that name. */
  static boolean isReserved(String name) {
    return name.startsWith(OURS) || name.startsWith(INTERNAL);
  }

  /** An event of the gateway's own, whose data is a text of JSON. */
  static JsonObject own(String name, JsonObject data) {
    return new JsonObject().put("event", name).put("data", data.encode());
  }
}
