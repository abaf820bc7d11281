package io.busbar.protocol.engineio;

import io.busbar.protocol.Receiver;

/** Passes messages to the protocol. */
final class EngineMessages {
  private EngineMessages() {}

  static void hand(EnginePacket message, Receiver receiver) {
    if (message.isBinary()) {
      receiver.binary(message.bytes());
    } else {
      receiver.text(message.text());
    }
  }
}
