package io.busbar.protocol.pusher;

import io.busbar.hub.Encoder;
import io.busbar.hub.Fanout;
import io.busbar.hub.Wire;
import io.busbar.protocol.SafeJson;
import io.vertx.core.MultiMap;
import io.vertx.core.json.JsonObject;

/**
 * A message as an event of a channel: {@code {"event","channel","data"}}, where the data is a text,
 * and {@code user_id} where it is a client's on a presence channel.
 *
 * @param channel as it is subscribed to
 */
record PusherEncoder(String channel) implements Encoder {
  private static final String UNNAMED = "message";

  @Override
  public Wire encode(Fanout message) {
    MultiMap headers = message.busHeaders();
    JsonObject event =
        new JsonObject()
            .put("event", name(headers.get(PusherEvent.NAME)))
            .put("channel", channel)
            .put("data", EventData.text(message.payload(), headers));
    String user = headers.get(PusherEvent.USER);
    if (user != null) {
      event.put("user_id", user);
    }
    return Wire.text(SafeJson.write(event));
  }

  /** Nobody else says what the gateway says. */
  private static String name(String given) {
    boolean free = given != null && !given.isEmpty() && !PusherEvent.isReserved(given);
    return free ? given : UNNAMED;
  }
}
