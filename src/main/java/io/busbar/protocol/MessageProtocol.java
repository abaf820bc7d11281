package io.busbar.protocol;

import io.busbar.hub.Transport;
import java.util.List;

/**
 * A protocol that consists of complete messages, over a WebSocket or over SockJS. All event loops
 * use the same object.
 */
public interface MessageProtocol {
  /** Returns its WebSocket sub-protocols, the best first; empty for none. */
  default List<String> subProtocols() {
    return List.of();
  }

  /** Accepts a new connection. Called on the transport's event loop. */
  Receiver accept(Transport transport, Client client);
}
