package io.busbar.protocol.service;

import io.busbar.hub.Encoder;
import io.busbar.hub.Fanout;
import io.busbar.hub.Payload;
import io.busbar.hub.Wire;

/** The payload and nothing else: text and JSON as text, bytes as they are. */
final class PlainEncoder implements Encoder {
  static final PlainEncoder INSTANCE = new PlainEncoder();

  private PlainEncoder() {}

  @Override
  public Wire encode(Fanout message) {
    Payload payload = message.payload();
    boolean bytes = payload.kind() == Payload.Kind.BYTES;
    return bytes ? Wire.binary(payload.raw()) : Wire.text(payload.raw());
  }
}
