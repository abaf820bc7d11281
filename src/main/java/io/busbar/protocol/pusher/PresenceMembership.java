package io.busbar.protocol.pusher;

import io.busbar.hub.EncodedMessage;
import io.busbar.hub.Session;
import io.busbar.hub.Since;
import io.netty.util.concurrent.ScheduledFuture;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The membership of a client in a presence channel, also while it is being established. There must
 * be room first, then the client attends, then the channel's owner announces it. Only then does the
 * client get events. Owned by the session's event loop.
 */
final class PresenceMembership extends Membership implements RosterMember {
  /** Time limit that allows for a dead or frozen node, in seconds. */
  private static final long PATIENCE_SECONDS = 45;

  /** The steps of the subscription. Called on the session's event loop. */
  interface Way {
    void attend(PresenceMembership member);

    void hear(PresenceMembership member, JsonObject presence);

    void refuse(PresenceMembership member, SubscriptionError why);
  }

  private final Session session;
  private final PusherUser user;
  private final Rosters rosters;
  private final Rosters.Place place;
  private final int most;
  private final Way way;

  /** Changes that the client gets after its member list; null once it has the list. */
  private @Nullable List<EncodedMessage> changes = new ArrayList<>(0);

  @SuppressWarnings("NullAway.Init") // set when it begins
  private ScheduledFuture<?> tooLate;

  private boolean over;

  PresenceMembership(
      ChannelName channel,
      @Nullable Since since,
      Session session,
      PusherUser user,
      Rosters rosters,
      Rosters.Place place,
      int most,
      Way way) {
    super(channel, since);
    this.session = session;
    this.user = user;
    this.rosters = rosters;
    this.place = place;
    this.most = most;
    this.way = way;
  }

  /** Asks whether there is room. */
  void begin() {
    tooLate =
        session
            .eventLoop()
            .schedule(() -> refuse(SubscriptionError.FAILED), PATIENCE_SECONDS, TimeUnit.SECONDS);
    rosters.asks(place, this);
  }

  /** Notes that the hub has the attendance. */
  void attends() {
    rosters.comes(place, this);
  }

  private void refuse(SubscriptionError why) {
    if (!over) {
      way.refuse(this, why);
    }
  }

  @Override
  PusherUser who() {
    return user;
  }

  @Override
  void succeeds() {
    super.succeeds();
    tooLate.cancel(false);
    if (changes != null) {
      changes.forEach(session::write);
      changes = null;
    }
  }

  @Override
  void ends() {
    over = true;
    tooLate.cancel(false);
    rosters.leaves(place, this);
  }

  @Override
  public String user() {
    return user.id();
  }

  @Override
  public int most() {
    return most;
  }

  @Override
  public void mayCome() {
    run(() -> way.attend(this));
  }

  @Override
  public void isTooMuch() {
    run(() -> refuse(SubscriptionError.TOO_MANY_MEMBERS));
  }

  @Override
  public void isIn(JsonObject presence) {
    run(() -> way.hear(this, presence));
  }

  @Override
  public void hears(EncodedMessage change) {
    run(
        () -> {
          if (changes == null) {
            session.write(change);
          } else {
            changes.add(change);
          }
        });
  }

  private void run(Runnable task) {
    session
        .eventLoop()
        .execute(
            () -> {
              if (!over) {
                task.run();
              }
            });
  }
}
