package io.busbar.protocol.pusher;

import io.busbar.hub.EncodedMessage;
import io.busbar.hub.Session;
import io.vertx.core.json.JsonObject;
import java.util.LinkedHashSet;
import java.util.Set;

/**
 * The number of clients that subscribe to one channel. Changes within a short time are counted
 * once; above {@link #MANY} the interval is five seconds. Owned by the event loop of the channel's
 * address.
 */
final class SubscriptionCount {
  /** Number above which changes are reported less often. */
  static final int MANY = 100;

  private static final long SOON_MILLIS = 250;
  static final long LATER_MILLIS = 5_000;

  /** Interval of recounts in milliseconds, because a dead node reports nothing. */
  private static final long AGAIN_MILLIS = 30_000;

  private final SubscriptionCounts all;
  private final PusherApp app;
  private final String channel;
  private final Set<Session> sessions = new LinkedHashSet<>();

  /** Sessions whose app wants reports. */
  private final Set<Session> listeners = new LinkedHashSet<>();

  /** Those of these sessions that have had no report yet. */
  private final Set<Session> newcomers = new LinkedHashSet<>();

  private int last;
  private boolean counting;

  SubscriptionCount(SubscriptionCounts all, PusherApp app, String channel) {
    this.all = all;
    this.app = app;
    this.channel = channel;
    countAgain();
  }

  /**
   * @param listens whether the session wants reports
   */
  void comes(Session session, boolean listens) {
    sessions.add(session);
    if (listens) {
      listeners.add(session);
      newcomers.add(session);
    }
    countSoon();
  }

  /** Removes a session. Returns whether none is left. */
  boolean leaves(Session session) {
    listeners.remove(session);
    newcomers.remove(session);
    if (sessions.remove(session)) {
      countSoon();
    }
    return sessions.isEmpty();
  }

  private void countAgain() {
    all.vertx()
        .setTimer(
            AGAIN_MILLIS,
            id -> {
              if (!sessions.isEmpty()) {
                countSoon();
                countAgain();
              }
            });
  }

  private void countSoon() {
    if (!counting) {
      counting = true;
      all.vertx().setTimer(last > MANY ? LATER_MILLIS : SOON_MILLIS, id -> count());
    }
  }

  /** Counts and reports; a failure is ignored until the next change or recount. */
  private void count() {
    counting = false;
    all.count(app, channel).onSuccess(count -> all.report(app.address(channel), count));
  }

  void counted(int count) {
    Set<Session> recipients = count == last ? newcomers : listeners;
    EncodedMessage encoded =
        ServerEvents.counted(channel, new JsonObject().put("subscription_count", count));
    recipients.forEach(session -> session.eventLoop().execute(() -> session.write(encoded)));
    newcomers.clear();
    last = count;
  }
}
