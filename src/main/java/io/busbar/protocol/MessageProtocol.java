package io.busbar.protocol;

import io.busbar.hub.Transport;
import java.util.List;

/** A protocol that speaks in whole messages: over a WebSocket, or over SockJS. */
public interface MessageProtocol {
  /** The WebSocket sub-protocols it speaks, best first; empty when it has none. */
  default List<String> subProtocols() {
    return List.of();
  }

  /** Takes a new connection; called on the transport's event loop. */
  Receiver accept(Transport transport, Client client);
}
