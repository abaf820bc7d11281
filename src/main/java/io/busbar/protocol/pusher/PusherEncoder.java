package io.busbar.protocol.pusher;

import io.busbar.hub.EncodedMessage;
import io.busbar.hub.Encoder;
import io.busbar.hub.Fanout;
import io.busbar.protocol.SafeJson;
import io.busbar.protocol.StreamJson;
import io.vertx.core.MultiMap;
import io.vertx.core.json.JsonObject;
import org.jspecify.annotations.Nullable;

/**
 * Encodes a message as an event of a channel: {@code {"event","channel","data"}}, where the data is
 * a string. A client event on a presence channel has {@code user_id}, too.
 *
 * @param channel name of the subscription
 * @param places whether the client wants the position of each event in the channel's stream
 */
record PusherEncoder(String channel, boolean places) implements Encoder {
  private static final String UNNAMED = "message";
  private static final String GAP = "busbar:gap";

  @Override
  public boolean reportsGaps() {
    return places;
  }

  @Override
  public EncodedMessage encode(Fanout message) {
    if (message.lost() != null) {
      return ServerEvents.of(GAP, channel, StreamJson.gap(message));
    }
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
    if (places && message.position() != null) {
      event
          .put(StreamJson.EPOCH, message.position().epoch())
          .put(StreamJson.OFFSET, message.position().offset());
    }
    return EncodedMessage.text(SafeJson.write(event));
  }

  /** Replaces a reserved name, which only the gateway may use. */
  private static @Nullable String name(@Nullable String given) {
    boolean free = given != null && !given.isEmpty() && !PusherEvent.isReserved(given);
    return free ? given : UNNAMED;
  }
}
