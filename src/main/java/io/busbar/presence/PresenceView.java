package io.busbar.presence;

import io.busbar.hub.PresenceChannels;
import io.busbar.hub.PresenceEvent;
import io.vertx.core.Context;
import io.vertx.core.eventbus.DeliveryOptions;
import io.vertx.core.eventbus.Message;
import io.vertx.core.eventbus.MessageConsumer;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The users of a channel as the clients of this node were told. An event is lost if the nodes are
 * cut off or its owner dies. So this view is compared with the owner's. If they differ, the clients
 * of this node are told the difference. Owned by the channel's event loop.
 */
final class PresenceView implements PresenceEvent.Listener {
  private static final int PAGE = 1_000;
  private static final DeliveryOptions HERE = new DeliveryOptions().setLocalOnly(true);

  private final String channel;
  private final Presence presence;
  private final Context loop;
  private final Map<String, Object> announced = new HashMap<>();
  private final Digest digest = new Digest();
  private @Nullable MessageConsumer<Object> consumer;

  /** The users with an event since the owner was asked; null while no request is open. */
  private @Nullable Set<String> changedUsers;

  /** Whether the owner has sent its list once. */
  private boolean known;

  /** The digest of this node when it differed from the owner's; null when they were equal. */
  private @Nullable String doubted;

  PresenceView(String channel, Presence presence) {
    this.channel = channel;
    this.presence = presence;
    this.loop = presence.loopOf(channel);
  }

  /** Will start to listen, and then ask the owner. Called on the loop, as are all other methods. */
  void open() {
    // Not a local consumer: it would not hear an owner on another node.
    consumer = presence.bus().consumer(PresenceChannels.PREFIX + channel, this::received);
    consumer.completion().onSuccess(listening -> loop.runOnContext(nothing -> ask()));
  }

  void close() {
    if (consumer != null) {
      consumer.unregister();
      consumer = null;
    }
  }

  private void received(Message<Object> message) {
    PresenceEvent.dispatch(message.body(), changedUsers, this);
  }

  @Override
  public void joined(String user, @Nullable Object info) {
    if (!announced.containsKey(user)) {
      digest.add(user);
    }
    announced.put(user, info);
  }

  @Override
  public void left(String user) {
    if (announced.containsKey(user)) {
      digest.remove(user);
      announced.remove(user);
    }
  }

  /**
   * Compares the owner's digest with this one. Events may still be under way, so only a second
   * difference in a row leads to a request.
   *
   * @param theirs null if the owner does not know yet
   */
  void compare(@Nullable String theirs) {
    String ours = digest.toString();
    if (!known) {
      ask();
    } else if (theirs == null || theirs.equals(ours)) {
      doubted = null;
    } else if (doubted == null) {
      doubted = ours;
    } else {
      doubted = null;
      ask();
    }
  }

  private void ask() {
    if (consumer != null && changedUsers == null) {
      Set<String> meanwhile = new HashSet<>();
      changedUsers = meanwhile;
      ask("", new HashMap<>(), meanwhile);
    }
  }

  private void ask(String after, Map<String, Object> found, Set<String> meanwhile) {
    presence
        .nodes()
        .list(channel, after, PAGE)
        .onComplete(
            page ->
                loop.runOnContext(
                    nothing -> {
                      if (page.succeeded()) {
                        take(page.result(), found, meanwhile);
                      } else {
                        changedUsers = null;
                      }
                    }));
  }

  private void take(JsonObject page, Map<String, Object> found, Set<String> meanwhile) {
    JsonArray users = page.getJsonArray("users");
    for (int i = 0; i < users.size(); i++) {
      JsonObject user = users.getJsonObject(i);
      found.put(user.getString("user"), user.getValue("info"));
    }
    String next = page.getString("next");
    if (next != null) {
      ask(next, found, meanwhile);
      return;
    }
    // What was heard meanwhile is newer than the list.
    found.keySet().removeAll(meanwhile);
    if (known) {
      notifyDifference(found, meanwhile);
    } else {
      found.forEach(this::joined);
      known = true;
    }
    changedUsers = null;
  }

  private void notifyDifference(Map<String, Object> found, Set<String> meanwhile) {
    found.forEach(
        (user, info) -> {
          if (!announced.containsKey(user)) {
            notifyListeners(new PresenceEvent(true, user, info));
          }
        });
    for (String user : List.copyOf(announced.keySet())) {
      if (!found.containsKey(user) && !meanwhile.contains(user)) {
        notifyListeners(new PresenceEvent(false, user, announced.get(user)));
      }
    }
  }

  /** Publishes the event to the consumers of this node only, which include this view. */
  private void notifyListeners(PresenceEvent event) {
    presence.bus().publish(PresenceChannels.PREFIX + channel, event.body(), HERE);
  }
}
