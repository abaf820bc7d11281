package io.busbar.protocol.engineio;

import io.busbar.protocol.Receiver;

/** Messages as the protocol above takes them. */
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
