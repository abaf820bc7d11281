package io.busbar.protocol.engineio;

import io.busbar.protocol.engineio.EnginePacket.Type;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.List;

/**
 * What the server says first.
 *
 * @param sid the session's id
 * @param upgrades the transports that the client may change to
 * @param pingInterval milliseconds between two pings
 * @param pingTimeout milliseconds within which a ping is answered
 * @param maxPayload bytes of a payload that the client may send; clients of revision 3 are told, as
 *     by Node's server, and do not look at it
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
