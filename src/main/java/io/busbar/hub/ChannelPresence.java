package io.busbar.hub;

import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/**
 * Reports to presence what happens in one channel. Without presence on this node it does nothing.
 * Owned by the home loop of the channel.
 */
final class ChannelPresence {
  private final Hub hub;
  private final ChannelName name;

  ChannelPresence(Hub hub, ChannelName name) {
    this.hub = hub;
    this.name = name;
  }

  /** A subscription became a member. */
  void joined(Subscription subscription) {
    report(subscription.attendee(), Attendance::joined);
  }

  /** A subscription is no member any more. */
  void left(Subscription subscription) {
    report(subscription.attendee(), Attendance::left);
  }

  /** The user of the subscription has a new name. */
  void renamed(Subscription subscription, Attendee now) {
    Attendee before = subscription.attendee();
    subscription.attendee(now);
    if (subscription.placeInChannel() >= 0 && before != null) {
      report(now, Attendance::joined);
      report(before, Attendance::left);
    }
  }

  /** The channel has its first member. */
  void occupied() {
    report(ownAddress(), Attendance::occupied);
  }

  /** The channel has no member any more. */
  void vacated() {
    report(ownAddress(), Attendance::vacated);
  }

  /** If the channel tells the presence of another one, clients listen to that now. */
  void watched() {
    report(watchedAddress(), Attendance::watched);
  }

  /** If the channel tells the presence of another one, no client listens to that any more. */
  void unwatched() {
    report(watchedAddress(), Attendance::unwatched);
  }

  private @Nullable String ownAddress() {
    return name.isPattern() ? null : name.address();
  }

  private @Nullable String watchedAddress() {
    return name.isPattern() ? null : hub.presence().channelOf(name.address());
  }

  private <T> void report(@Nullable T subject, BiConsumer<Attendance, T> event) {
    Attendance attendance = hub.attendance();
    if (attendance != null && subject != null) {
      event.accept(attendance, subject);
    }
  }
}
