package io.busbar.protocol.service;

import io.busbar.hub.EncodedMessage;
import io.busbar.hub.Encoder;
import io.busbar.hub.Fanout;
import io.busbar.hub.Payload;

/** Encodes only the payload: text and JSON as text, and bytes unchanged. Immutable. */
final class PlainEncoder implements Encoder {
  static final PlainEncoder INSTANCE = new PlainEncoder();

  private PlainEncoder() {}

  @Override
  public EncodedMessage encode(Fanout message) {
    Payload payload = message.payload();
    boolean bytes = payload.kind() == Payload.Kind.BYTES;
    return bytes ? EncodedMessage.binary(payload.raw()) : EncodedMessage.text(payload.raw());
  }
}
