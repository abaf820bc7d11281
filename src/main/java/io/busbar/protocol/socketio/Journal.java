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
 * The positions that a client was sent, in the order of sending. The last event that the client had
 * determines its position in each channel. Owned by the session's event loop.
 */
final class Journal implements StreamJournal {
  private static final int MOST = 256;

  /** An entry; successive entries of the same channel are merged. */
  private record Sent(String address, Position upTo) {}

  /** The client's position in each channel before all entries. */
  private final Map<String, Position> before = new HashMap<>();

  private final Map<String, String> channels = new HashMap<>();
  private final ArrayDeque<Sent> sent = new ArrayDeque<>();
  private boolean forgot;

  Journal() {}

  /** Returns a stored journal. */
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

  /** Returns the journal in the form in which it is stored. */
  JsonObject toJson() {
    JsonObject begun = new JsonObject();
    before.forEach((address, position) -> begun.put(address, written(position)));
    JsonArray all = new JsonArray();
    sent.forEach(one -> all.add(written(one.upTo()).add(one.address())));
    return new JsonObject().put("before", begun).put("sent", all).put("forgot", forgot);
  }

  /** Notes that the client gets the channel from that position on. */
  void begins(String address, Position position) {
    sent.removeIf(one -> one.address().equals(address));
    before.put(address, position);
    channels.put(position.epoch(), address);
  }

  /** Notes that the client does not get the channel any more. */
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

  /** Returns whether it has the channel. */
  boolean knows(String address) {
    return before.containsKey(address);
  }

  /**
   * Returns the client's position in each channel.
   *
   * @param last position of the last event that it had; null for none
   * @return null when the positions are unknown
   */
  @Nullable Map<String, Position> after(@Nullable Position last) {
    Map<String, Position> places = new HashMap<>(before);
    if (last == null) {
      return forgot ? null : places;
    }
    String channel = channels.get(last.epoch());
    Position begun = channel == null ? null : before.get(channel);
    if (!forgot && begun != null && begun.offset() == last.offset()) {
      // The client has got no event since it came back.
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
