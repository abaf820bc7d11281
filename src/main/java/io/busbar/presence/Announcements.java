package io.busbar.presence;

import io.busbar.hub.PresenceChannels;
import io.busbar.hub.PresenceCounters;
import io.busbar.hub.PresenceEvent;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.json.Json;
import io.vertx.core.json.JsonObject;
import java.lang.System.Logger.Level;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/**
 * Announces joins and leaves of a channel. Each is announced when it is stored safely, so the next
 * owner does not announce it again. Changes that come during a write are stored together
 * afterwards. Owned by the channel's event loop.
 */
final class Announcements {
  private static final System.Logger LOG = System.getLogger("io.busbar.presence");

  private record Event(boolean join, String user, @Nullable String info, boolean turns) {}

  private final String channel;
  private final Presence presence;
  private final Context loop;
  private final Announced announced;
  private final BiConsumer<String, Boolean> listener;
  private List<Event> waiting = new ArrayList<>();
  private boolean saving;

  /** Null while nobody waits for the end of the write. */
  private @Nullable Promise<Void> idle;

  /**
   * @param listener called for each announced user, with true for a join
   */
  Announcements(
      String channel,
      Presence presence,
      Context loop,
      Announced announced,
      BiConsumer<String, Boolean> listener) {
    this.listener = listener;
    this.channel = channel;
    this.presence = presence;
    this.loop = loop;
    this.announced = announced;
  }

  /**
   * @param first whether the channel was empty before
   */
  void join(String user, @Nullable String info, boolean first) {
    announced.add(user, info);
    waiting.add(new Event(true, user, info, first));
    saveSoon();
  }

  /**
   * @param last whether the channel is empty now
   */
  void leave(String user, @Nullable String info, boolean last) {
    announced.remove(user);
    waiting.add(new Event(false, user, info, last));
    saveSoon();
  }

  boolean isIdle() {
    return !saving;
  }

  /** Will complete when everything is announced or refused. */
  Future<Void> whenIdle() {
    if (isIdle()) {
      return Future.succeededFuture();
    }
    idle = idle == null ? Promise.promise() : idle;
    return idle.future();
  }

  private void rest() {
    saving = false;
    if (idle != null) {
      idle.complete();
      idle = null;
    }
  }

  /** Changes of one task are stored together. */
  private void saveSoon() {
    if (!saving) {
      saving = true;
      loop.runOnContext(nothing -> save());
    }
  }

  private void save() {
    List<Event> events = waiting;
    waiting = new ArrayList<>();
    announced.save().onSuccess(refused -> loop.runOnContext(nothing -> saved(events, refused)));
  }

  private void saved(List<Event> events, Set<String> refused) {
    LOG.log(Level.DEBUG, "{0}: {1}, of them refused: {2}", channel, events, refused);
    events.stream().filter(event -> !refused.contains(event.user())).forEach(this::announce);
    if (!refused.isEmpty()) {
      waiting.clear();
      rest();
      presence.owned().taken(channel, this);
    } else if (waiting.isEmpty()) {
      rest();
    } else {
      save();
    }
  }

  private void announce(Event event) {
    listener.accept(event.user(), event.join());
    if (presence.hasMembers(channel)) {
      announceMember(event);
    } else if (event.turns()) {
      String name = event.join() ? ChannelEvents.OCCUPIED : ChannelEvents.VACATED;
      presence.events().add(name, channel, null, null);
    }
  }

  private void announceMember(Event event) {
    PresenceCounters counters = presence.counters();
    Object info = event.info() == null ? null : Json.decodeValue(event.info());
    JsonObject body = new PresenceEvent(event.join(), event.user(), info).body();
    presence.bus().publish(PresenceChannels.PREFIX + channel, body);
    ChannelEvents events = presence.events();
    if (event.join()) {
      counters.joined();
      if (event.turns()) {
        events.add(ChannelEvents.OCCUPIED, channel, null, null);
      }
      events.add(ChannelEvents.MEMBER_ADDED, channel, event.user(), info);
    } else {
      counters.left();
      events.add(ChannelEvents.MEMBER_REMOVED, channel, event.user(), info);
      if (event.turns()) {
        events.add(ChannelEvents.VACATED, channel, null, null);
      }
    }
  }
}
