package io.busbar.presence;

import io.vertx.core.json.JsonArray;
import org.jspecify.annotations.Nullable;

/**
 * What a node reports about one of its users.
 *
 * @param sessions their number; 0 if the user has left
 * @param since when the newest of them came, in milliseconds since 1970
 * @param info of the newest session, as JSON text; null for none
 */
record UserReport(String user, int sessions, long since, @Nullable String info) {
  static UserReport gone(String user) {
    return new UserReport(user, 0, 0, null);
  }

  static UserReport read(JsonArray json) {
    return new UserReport(
        json.getString(0), json.getInteger(1), json.getLong(2), json.getString(3));
  }

  JsonArray json() {
    return new JsonArray().add(user).add(sessions).add(since).add(info);
  }

  boolean isHere() {
    return sessions > 0;
  }

  /** Its bytes between nodes, about. */
  int size() {
    return 32 + user.length() + (info == null ? 0 : info.length());
  }
}
