package io.busbar.presence;

import io.vertx.core.json.Json;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.NavigableMap;
import java.util.function.ToIntFunction;

/** A page of who is in a channel: so many users, or so many bytes of them, what is met first. */
final class MemberPage {
  /** With what JSON adds, a frame that every client's library takes. */
  private static final int MOST_BYTES = 48 << 10;

  private static final int BYTES_A_USER = 48;

  private final ToIntFunction<String> sessions;

  /**
   * @param sessions how many of them a user has
   */
  MemberPage(ToIntFunction<String> sessions) {
    this.sessions = sessions;
  }

  /** Of a channel where nobody is. */
  static JsonObject empty() {
    return new JsonObject().put("users", new JsonArray()).put("count", 0);
  }

  /** {@code {"users":[…],"next"}}, with next where there are more. */
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
