package io.busbar.protocol.socketio;

import io.busbar.hub.Position;
import io.busbar.hub.StreamJournal;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a client was sent of its channels, in the order in which it was sent: of the last event that
 * it had it follows what it had of each channel. Owned by the session's event loop.
 */
final class Journal implements StreamJournal {
  private static final int MOST = 256;

  /** Turns of one channel that follow each other are one. */
  private record Sent(String address, Position upTo) {}

  /** Where the client was in each channel before all that is noted. */
  private final Map<String, Position> before = new HashMap<>();

  private final Map<String, String> channels = new HashMap<>();
  private final ArrayDeque<Sent> sent = new ArrayDeque<>();
  private boolean forgot;

  Journal() {}

  /** One that was kept. */
  static Journal read(JsonObject kept) {
    Journal journal = new Journal();
    kept.getJsonObject("before")
        .forEach(each -> journal.begins(each.getKey(), position((JsonArray) each.getValue())));
    JsonArray all = kept.getJsonArray("sent");
    for (int i = 0; i < all.size(); i++) {
      JsonArray one = all.getJsonArray(i);
      journal.offered(one.getString(2), position(one));
    }
    journal.forgot = kept.getBoolean("forgot");
    return journal;
  }

  private static Position position(JsonArray written) {
    return new Position(written.getString(0), written.getLong(1));
  }

  private static JsonArray written(Position position) {
    return new JsonArray().add(position.epoch()).add(position.offset());
  }

  /** As it is kept. */
  JsonObject toJson() {
    JsonObject begun = new JsonObject();
    before.forEach((address, position) -> begun.put(address, written(position)));
    JsonArray all = new JsonArray();
    sent.forEach(one -> all.add(written(one.upTo()).add(one.address())));
    return new JsonObject().put("before", begun).put("sent", all).put("forgot", forgot);
  }

  /** The client hears the channel from there on. */
  void begins(String address, Position position) {
    sent.removeIf(one -> one.address().equals(address));
    before.put(address, position);
    channels.put(position.epoch(), address);
  }

  /** The client hears it no more. */
  void ends(String address) {
    before.remove(address);
    channels.values().removeIf(address::equals);
    sent.removeIf(one -> one.address().equals(address));
  }

  @Override
  public void offered(String address, Position upTo) {
    if (!before.containsKey(address)) {
      return;
    }
    channels.put(upTo.epoch(), address);
    Sent newest = sent.peekLast();
    if (newest != null && newest.address().equals(address)) {
      sent.removeLast();
    }
    sent.add(new Sent(address, upTo));
    if (sent.size() > MOST) {
      Sent oldest = sent.remove();
      before.put(oldest.address(), oldest.upTo());
      forgot = true;
    }
  }

  /** The channels that it knows. */
  boolean knows(String address) {
    return before.containsKey(address);
  }

  /**
   * Where the client is in each channel.
   *
   * @param last the position of the last event that it had; null for none
   * @return null where that cannot be said
   */
  @Nullable Map<String, Position> after(@Nullable Position last) {
    Map<String, Position> places = new HashMap<>(before);
    if (last == null) {
      return forgot ? null : places;
    }
    String channel = channels.get(last.epoch());
    Position begun = channel == null ? null : before.get(channel);
    if (!forgot && begun != null && begun.offset() == last.offset()) {
      // Nothing came since it was here last.
      places.put(channel, last);
      return places;
    }
    for (Sent one : sent) {
      if (one.address().equals(channel) && one.upTo().offset() >= last.offset()) {
        places.put(channel, last);
        return places;
      }
      places.put(one.address(), one.upTo());
    }
    return null;
  }
}
