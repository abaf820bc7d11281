package io.busbar.protocol.socketio;

import io.vertx.core.json.JsonObject;
import java.util.List;

/**
 * One client in one namespace, as what is behind the namespace sees it. Owned by the connection's
 * event loop.
 */
interface Inhabitant {
  /** The client asks to be in. */
  void enters(JsonObject auth);

  /**
   * The client said something.
   *
   * @param ack the number of the acknowledgement; {@link SocketPacket#NO_ID} where it wants none
   */
  void said(String event, List<Object> arguments, long ack);

  /** The connection is lost; {@link #left} follows. */
  default void lost() {}

  /** The client left. */
  void left();

  /** Will run the task when what the client said before has been answered. */
  void whenAnswered(Runnable task);
}
