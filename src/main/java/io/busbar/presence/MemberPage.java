package io.busbar.presence;

import io.vertx.core.json.Json;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.NavigableMap;
import java.util.function.ToIntFunction;

/**
 * Makes the pages of a channel's member list, limited by users and by bytes, whichever limit comes
 * first. Owned by the channel's event loop.
 */
final class MemberPage {
  /** With the overhead of JSON, this is a frame that the library of every client accepts. */
  private static final int MOST_BYTES = 48 << 10;

  private static final int BYTES_A_USER = 48;

  private final ToIntFunction<String> sessions;

  /**
   * @param sessions the number of sessions of a user
   */
  MemberPage(ToIntFunction<String> sessions) {
    this.sessions = sessions;
  }

  /** The page of an empty channel. */
  static JsonObject empty() {
    return new JsonObject().put("users", new JsonArray()).put("count", 0);
  }

  /** {@code {"users":[…],"next"}}, with next if there are more. */
  JsonObject of(NavigableMap<String, Member> members, String after, int limit) {
    JsonArray users = new JsonArray();
    JsonObject page = new JsonObject().put("users", users);
    String last = after;
    int bytes = 0;
    for (Member member : members.tailMap(after, false).values()) {
      if (users.size() >= limit || bytes >= MOST_BYTES) {
        return page.put("next", last);
      }
      String info = member.info();
      users.add(
          new JsonObject()
              .put("user", member.user())
              .put("sessions", sessions.applyAsInt(member.user()))
              .put("info", info == null ? null : Json.decodeValue(info)));
      bytes += BYTES_A_USER + member.user().length() + (info == null ? 0 : info.length());
      last = member.user();
    }
    return page;
  }
}
