package io.busbar.protocol.pusher;

import io.busbar.hub.Payload;
import io.vertx.core.MultiMap;
import io.vertx.core.json.JsonObject;
import org.jspecify.annotations.Nullable;

/**
 * An event of a channel in its form on the bus.
 *
 * @param payload value of its data
 * @param headers the name of the event, and headers of the gateway
 */
record PusherEvent(Payload payload, MultiMap headers) {
  /** Header with the name of an event. */
  static final String NAME = "name";

  /** Header with the user of a client event on a presence channel. */
  static final String USER = "busbar-user";

  /** Header with the session that must not get the event. */
  static final String EXCEPT = "busbar-except";

  private static final String OURS = "pusher:";
  private static final String INTERNAL = "pusher_internal:";

  /**
   * @param data text of the publisher
   * @param socketId of the connection that must not get it; null for none
   * @param user of a client event; null for none
   */
  static PusherEvent of(
      String name, String data, @Nullable String socketId, @Nullable String user) {
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

  /** Returns whether only the gateway may use that name. */
  static boolean isReserved(String name) {
    return name.startsWith(OURS) || name.startsWith(INTERNAL);
  }

  /** Returns an event of the gateway, whose data is JSON text. */
  static JsonObject own(String name, JsonObject data) {
    return new JsonObject().put("event", name).put("data", data.encode());
  }
}
