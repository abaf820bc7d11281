package io.busbar.protocol.engineio;

import io.busbar.protocol.engineio.EnginePacket.Type;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.List;

/**
 * The content of the open packet, the first one of a session.
 *
 * @param sid the session's id
 * @param upgrades transports to which the client may upgrade
 * @param pingInterval time between two pings, in milliseconds
 * @param pingTimeout time for the answer to a ping, in milliseconds
 * @param maxPayload maximum size of a client's payload in bytes; revision 3 gets it as from Node's
 *     server, and ignores it
 */
public record OpenPacket(
    String sid, List<String> upgrades, long pingInterval, long pingTimeout, int maxPayload) {

  public EnginePacket packet() {
    JsonObject json =
        new JsonObject()
            .put("sid", sid)
            .put("upgrades", new JsonArray(upgrades))
            .put("pingInterval", pingInterval)
            .put("pingTimeout", pingTimeout)
            .put("maxPayload", maxPayload);
    return EnginePacket.of(Type.OPEN, json.encode());
  }
}
