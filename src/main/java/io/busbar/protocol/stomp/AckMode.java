package io.busbar.protocol.stomp;

import io.busbar.hub.Disconnect;
import io.busbar.protocol.ProtocolException;
import org.jspecify.annotations.Nullable;

/** Who says when a message is done with. */
enum AckMode {
  /** The server, when it is written. */
  AUTO,
  /** The client, for a message and all before it on the subscription. */
  CLIENT,
  /** The client, for each. */
  CLIENT_INDIVIDUAL;

  /**
   * The mode of that name; null is auto.
   *
   * @throws ProtocolException for a name that the version does not have
   */
  static AckMode of(@Nullable String name, StompVersion version) {
    if (name == null || name.equals("auto")) {
      return AUTO;
    }
    if (name.equals("client")) {
      return CLIENT;
    }
    if (name.equals("client-individual") && version.atLeast(StompVersion.V1_1)) {
      return CLIENT_INDIVIDUAL;
    }
    throw new ProtocolException(
        Disconnect.PROTOCOL_ERROR, "ack is auto, client or, from 1.1 on, client-individual");
  }
}
