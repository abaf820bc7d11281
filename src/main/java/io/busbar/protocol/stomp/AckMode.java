package io.busbar.protocol.stomp;

import io.busbar.hub.Disconnect;
import io.busbar.protocol.ProtocolException;
import org.jspecify.annotations.Nullable;

/** How the messages of a subscription are acknowledged, as its {@code ack} header says. */
enum AckMode {
  /** The server acknowledges a message when it has written it. */
  AUTO,
  /** The client acknowledges a message and all earlier ones of the subscription. */
  CLIENT,
  /** The client acknowledges each message by itself. */
  CLIENT_INDIVIDUAL;

  /**
   * Returns the mode of that name.
   *
   * @param name null for auto
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
