package io.busbar.hub;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The admitted subscriptions of one channel, and the event loops that have one. Adding, removing
 * and choosing the next one take constant time. Owned by the home loop of the channel.
 */
final class ChannelMembers {
  private final Channel channel;
  private final List<Loop> loops;
  private final List<Subscription> all = new ArrayList<>();

  /** Null where the loop has no member. */
  private final @Nullable LoopSubscribers[] byLoop;

  private final int[] countByLoop;

  /** Number of members that do not receive the channel's messages. */
  private int silent;

  private int turn;

  ChannelMembers(Channel channel) {
    this.channel = channel;
    this.loops = channel.hub().loops();
    this.byLoop = new LoopSubscribers[loops.size()];
    this.countByLoop = new int[byLoop.length];
  }

  List<Subscription> all() {
    return all;
  }

  int size() {
    return all.size();
  }

  boolean isEmpty() {
    return all.isEmpty();
  }

  /** Returns the number of members that receive messages. */
  int listeners() {
    return all.size() - silent;
  }

  /** Adds a member; returns the subscribers of its loop. */
  LoopSubscribers add(Subscription subscription) {
    subscription.placeInChannel(all.size());
    all.add(subscription);
    silent += subscription.isSilent() ? 1 : 0;
    int index = subscription.session().loop().index();
    countByLoop[index]++;
    LoopSubscribers subscribers = byLoop[index];
    if (subscribers == null) {
      subscribers = new LoopSubscribers(channel, loops.get(index));
      byLoop[index] = subscribers;
    }
    return subscribers;
  }

  /** Removes a member; the last one of the list takes its place. */
  void remove(Subscription subscription) {
    int place = subscription.placeInChannel();
    Subscription last = all.remove(all.size() - 1);
    if (last != subscription) {
      all.set(place, last);
      last.placeInChannel(place);
    }
    subscription.placeInChannel(-1);
    silent -= subscription.isSilent() ? 1 : 0;
    int index = subscription.session().loop().index();
    if (--countByLoop[index] == 0) {
      byLoop[index] = null;
    }
  }

  /** Delivers an encoded message to the members of each loop. */
  void deliver(Fanout message) {
    for (int i = 0; i < byLoop.length; i++) {
      LoopSubscribers subscribers = byLoop[i];
      if (subscribers != null) {
        loops.get(i).post(() -> subscribers.arrive(message));
      }
    }
  }

  /** Returns the next member in turn that wants the message; null for none. */
  @Nullable Subscription next(Fanout message) {
    for (int asked = 0; asked < all.size(); asked++) {
      Subscription next = all.get(turn++ % all.size());
      turn = turn < 0 ? 0 : turn;
      if (next.wants(message)) {
        return next;
      }
    }
    return null;
  }
}
