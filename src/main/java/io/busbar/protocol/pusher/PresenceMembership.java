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
 * A client in a presence channel, or on its way in: first there must be room, then it attends, then
 * the channel's owner must have told that; only then the client hears the channel. Owned by its
 * session's event loop.
 */
final class PresenceMembership extends Membership implements RosterMember {
  /** A node that died, or stood still, may be waited for. */
  private static final long PATIENCE_SECONDS = 45;

  /** What its subscriptions has to do on the way. */
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

  /** What has changed since the list was made which the client will be told; null once it was. */
  private @Nullable List<EncodedMessage> changes = new ArrayList<>(0);

  private ScheduledFuture<?> tooLate;
  private boolean over;

  PresenceMembership(
      ChannelName channel,
      Since since,
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

  /** Asks for room. */
  void begin() {
    tooLate =
        session
            .eventLoop()
            .schedule(() -> refuse(SubscriptionError.FAILED), PATIENCE_SECONDS, TimeUnit.SECONDS);
    rosters.asks(place, this);
  }

  /** The hub has it there. */
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
