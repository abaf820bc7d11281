package io.busbar.presence;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;

/**
 * The views of the channels whose joins and leaves clients of this node hear. At intervals the
 * owners are asked for their digests. Any thread may use it; each view is changed on its channel's
 * event loop.
 */
final class PresenceViews {
  private static final long PERIOD_MILLIS = 5_000;
  private static final int MOST_ASKED = 500;

  private final Presence presence;
  private final Map<String, PresenceView> all = new ConcurrentHashMap<>();

  PresenceViews(Presence presence) {
    this.presence = presence;
  }

  void start() {
    presence.vertx().setPeriodic(PERIOD_MILLIS, timer -> compare());
  }

  void begin(String channel) {
    presence
        .loopOf(channel)
        .runOnContext(
            nothing -> {
              PresenceView watch = new PresenceView(channel, presence);
              if (all.putIfAbsent(channel, watch) == null) {
                watch.open();
              }
            });
  }

  void end(String channel) {
    presence
        .loopOf(channel)
        .runOnContext(
            nothing -> {
              PresenceView watch = all.remove(channel);
              if (watch != null) {
                watch.close();
              }
            });
  }

  private void compare() {
    Map<String, List<String>> byOwner = new HashMap<>();
    for (String channel : all.keySet()) {
      String owner = presence.owners().of(channel);
      if (owner != null) {
        byOwner.computeIfAbsent(owner, node -> new ArrayList<>()).add(channel);
      }
    }
    byOwner.forEach(
        (owner, channels) -> {
          for (int at = 0; at < channels.size(); at += MOST_ASKED) {
            compare(owner, channels.subList(at, Math.min(channels.size(), at + MOST_ASKED)));
          }
        });
  }

  private void compare(String owner, List<String> channels) {
    presence
        .nodes()
        .digests(owner, channels)
        .onSuccess(
            digests ->
                channels.forEach(
                    channel -> with(channel, watch -> watch.compare(digests.getString(channel)))));
  }

  private void with(String channel, Consumer<PresenceView> action) {
    presence
        .loopOf(channel)
        .runOnContext(
            nothing -> {
              PresenceView watch = all.get(channel);
              if (watch != null) {
                action.accept(watch);
              }
            });
  }
}
