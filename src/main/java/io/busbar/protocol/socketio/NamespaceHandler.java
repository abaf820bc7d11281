package io.busbar.protocol.socketio;

import io.vertx.core.json.JsonObject;
import java.util.List;

/**
 * A client in one namespace, as the bus or a feature handles it. Owned by the event loop of its
 * connection.
 */
interface NamespaceHandler {
  /** The client wants to enter. */
  void enters(JsonObject auth);

  /**
   * The client has sent an event.
   *
   * @param ack number of the acknowledgement; {@link SocketPacket#NO_ID} for none
   */
  void onEvent(String event, List<Object> arguments, long ack);

  /** The connection is lost; {@link #left} follows. */
  default void lost() {}

  /** The client has left. */
  void left();

  /** Will run the task when all earlier events of the client have been answered. */
  void whenAnswered(Runnable task);
}
