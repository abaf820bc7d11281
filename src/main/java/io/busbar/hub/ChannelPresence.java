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
    report(subscription.attendee(), PresenceListener::joined);
  }

  /** A subscription is no member any more. */
  void left(Subscription subscription) {
    report(subscription.attendee(), PresenceListener::left);
  }

  /** The user of the subscription has a new name. */
  void renamed(Subscription subscription, PresenceSubscriber now) {
    PresenceSubscriber before = subscription.attendee();
    subscription.attendee(now);
    if (subscription.placeInChannel() >= 0 && before != null) {
      report(now, PresenceListener::joined);
      report(before, PresenceListener::left);
    }
  }

  /** The channel has its first member. */
  void occupied() {
    report(ownAddress(), PresenceListener::occupied);
  }

  /** The channel has no member any more. */
  void vacated() {
    report(ownAddress(), PresenceListener::vacated);
  }

  /** If the channel tells the presence of another one, clients listen to that now. */
  void watched() {
    report(watchedAddress(), PresenceListener::watched);
  }

  /** If the channel tells the presence of another one, no client listens to that any more. */
  void unwatched() {
    report(watchedAddress(), PresenceListener::unwatched);
  }

  private @Nullable String ownAddress() {
    return name.isPattern() ? null : name.address();
  }

  private @Nullable String watchedAddress() {
    return name.isPattern() ? null : hub.presence().channelOf(name.address());
  }

  private <T> void report(@Nullable T subject, BiConsumer<PresenceListener, T> event) {
    PresenceListener listener = hub.presenceListener();
    if (listener != null && subject != null) {
      event.accept(listener, subject);
    }
  }
}
