package io.busbar.protocol.engineio;

import io.busbar.hub.Disconnect;
import io.busbar.protocol.ProtocolException;
import java.util.ArrayList;
import java.util.List;

/** The packets read from a payload so far, up to a maximum. Used by one thread. */
final class BoundedPackets {
  private final List<EnginePacket> packets = new ArrayList<>(4);
  private final int most;

  BoundedPackets(int most) {
    this.most = most;
  }

  void add(EnginePacket packet) {
    if (packets.size() >= most) {
      throw new ProtocolException(
          Disconnect.TOO_BIG, "a payload has more than " + most + " packets");
    }
    packets.add(packet);
  }

  List<EnginePacket> all() {
    return packets;
  }
}
