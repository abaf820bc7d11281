package io.busbar.presence;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.List;

/**
 * A message from a node to the owner of a channel about its users. An account is a sequence of
 * numbered reports. It begins with all users of the node, and changes follow. An owner that missed
 * a report asks for a new account.
 *
 * @param account larger than any that the node began before
 * @param number in its account, from 0 on; the first report has 0
 * @param ends whether all users have been reported with this one; later reports are changes
 */
record Report(
    String channel, String node, long account, long number, boolean ends, List<UserReport> users) {
  static Report read(JsonObject json) {
    List<UserReport> users = new ArrayList<>();
    for (Object each : json.getJsonArray("users")) {
      users.add(UserReport.read((JsonArray) each));
    }
    return new Report(
        json.getString("channel"),
        json.getString("node"),
        json.getLong("account"),
        json.getLong("number"),
        json.getBoolean("ends"),
        users);
  }

  JsonObject json() {
    JsonArray reported = new JsonArray();
    users.forEach(each -> reported.add(each.json()));
    return new JsonObject()
        .put("channel", channel)
        .put("node", node)
        .put("account", account)
        .put("number", number)
        .put("ends", ends)
        .put("users", reported);
  }

  boolean begins() {
    return number == 0;
  }
}
