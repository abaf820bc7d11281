package io.busbar.protocol;

import io.vertx.core.json.JsonObject;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** The positions on streams that a client of the shared tests was told. Any thread may use it. */
public final class ReceivedPositions {
  private record Received(String epoch, long offset, boolean recovered) {}

  private final Map<String, Received> received = new ConcurrentHashMap<>();

  /** Notes that the server has told where the client begins, or that it missed something. */
  public void begins(String address, String epoch, long offset, boolean recovered) {
    received.put(address, new Received(epoch, offset, recovered));
  }

  /**
   * Notes a message.
   *
   * @param epoch null for the epoch of the message before
   */
  public void came(String address, String epoch, long offset) {
    received.computeIfPresent(
        address,
        (key, last) ->
            new Received(epoch == null ? last.epoch() : epoch, offset, last.recovered()));
  }

  public String position(String address) {
    Received last = received.get(address);
    return last.epoch() + ":" + last.offset();
  }

  public boolean recovered(String address) {
    return received.get(address).recovered();
  }

  /** Returns the position in the JSON form of most protocols. */
  public static JsonObject json(String position) {
    int colon = position.indexOf(':');
    return new JsonObject()
        .put("epoch", position.substring(0, colon))
        .put("offset", Long.parseLong(position.substring(colon + 1)));
  }
}
