package io.busbar.protocol.engineio;

import io.busbar.protocol.Receiver;
import io.vertx.core.buffer.Buffer;

/** Passes messages to the protocol. */
final class EngineMessages {
  private EngineMessages() {}

  static void hand(EnginePacket message, Receiver receiver) {
    Buffer bytes = message.bytes();
    if (bytes != null) {
      receiver.binary(bytes);
    } else {
      receiver.text(message.text());
    }
  }
}
