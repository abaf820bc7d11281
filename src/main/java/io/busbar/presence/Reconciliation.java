package io.busbar.presence;

import io.busbar.hub.PresenceChannels;
import io.vertx.core.Context;
import io.vertx.core.eventbus.DeliveryOptions;
import io.vertx.core.eventbus.MessageConsumer;
import io.vertx.core.json.Json;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/**
 * Tells the clients of this node what is different for them when a cut has healed: it owned the
 * channel in a part of the cluster, and told of those of the other part that they have left. The
 * owner of all does not tell that they are back, because for the others they never left. Owned by
 * the channel's event loop.
 */
final class Reconciliation {
  /** By then all nodes have told the owner whom they have, and hear it again. */
  private static final long PAUSE_MILLIS = 10_000;

  private static final int PAGE = 1_000;
  private static final DeliveryOptions HERE = new DeliveryOptions().setLocalOnly(true);

  private final String channel;
  private final Presence presence;
  private final Context loop;
  private final Map<String, String> told;
  private final Map<String, Object> found = new HashMap<>();
  private final MessageConsumer<JsonObject> news;

  /** Of whom the owner has told something meanwhile. */
  private final Set<String> toldAnew = new HashSet<>();

  /**
   * @param told who is there as the clients of this node know it, with what each says of itself
   */
  Reconciliation(String channel, Presence presence, Map<String, String> told) {
    this.channel = channel;
    this.presence = presence;
    this.loop = presence.loopOf(channel);
    this.told = told;
    // Heard on the channel's loop, before a list that the owner gives later. Not a local one: the
    // owner may be another node, and a local consumer hears none of those.
    this.news = presence.bus().consumer(address());
  }

  private String address() {
    return PresenceChannels.PREFIX + channel;
  }

  void start() {
    news.handler(event -> hear(event.body()));
    presence.vertx().setTimer(PAUSE_MILLIS, timer -> ask(""));
  }

  private void hear(JsonObject event) {
    toldAnew.add(event.getString("user"));
  }

  private void ask(String after) {
    presence
        .nodes()
        .list(channel, after, PAGE)
        .onComplete(
            page ->
                loop.runOnContext(
                    nothing -> {
                      if (page.succeeded()) {
                        take(page.result());
                      } else {
                        news.unregister();
                      }
                    }));
  }

  private void take(JsonObject page) {
    JsonArray users = page.getJsonArray("users");
    for (int i = 0; i < users.size(); i++) {
      JsonObject user = users.getJsonObject(i);
      found.put(user.getString("user"), user.getValue("info"));
    }
    String next = page.getString("next");
    if (next == null) {
      news.unregister();
      tell();
    } else {
      ask(next);
    }
  }

  private void tell() {
    told.forEach(
        (user, info) -> {
          if (!found.containsKey(user)) {
            tell("leave", user, info == null ? null : Json.decodeValue(info));
          }
        });
    found.forEach(
        (user, info) -> {
          if (!told.containsKey(user)) {
            tell("join", user, info);
          }
        });
  }

  private void tell(String event, String user, Object info) {
    if (!toldAnew.contains(user)) {
      JsonObject body = new JsonObject().put("event", event).put("user", user).put("info", info);
      presence.bus().publish(address(), body, HERE);
    }
  }
}
