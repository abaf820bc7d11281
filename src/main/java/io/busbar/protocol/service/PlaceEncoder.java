package io.busbar.protocol.service;

import io.busbar.hub.EncodedMessage;
import io.busbar.hub.Encoder;
import io.busbar.hub.Fanout;
import io.busbar.hub.Position;
import io.busbar.protocol.HeadersAsJson;
import io.busbar.protocol.StreamJson;
import io.vertx.core.json.JsonObject;

/**
 * Encodes messages as {@code {"epoch":…,"offset":…,"body":…,"headers":{…}}}, for clients that asked
 * for their position in the channel's stream. Immutable.
 */
final class PlaceEncoder implements Encoder {
  static final PlaceEncoder INSTANCE = new PlaceEncoder();

  private PlaceEncoder() {}

  @Override
  public boolean reportsGaps() {
    return true;
  }

  @Override
  public EncodedMessage encode(Fanout message) {
    if (message.lost() != null) {
      return encoded(StreamJson.gap(message));
    }
    JsonObject json = new JsonObject();
    Position position = message.position();
    if (position != null) {
      json.put(StreamJson.EPOCH, position.epoch()).put(StreamJson.OFFSET, position.offset());
    }
    json.put("body", message.payload().body());
    if (message.headers() != null) {
      json.put("headers", HeadersAsJson.of(message.headers()));
    }
    return encoded(json);
  }

  static EncodedMessage encoded(JsonObject json) {
    return EncodedMessage.text(json.toBuffer().getBytes());
  }
}
