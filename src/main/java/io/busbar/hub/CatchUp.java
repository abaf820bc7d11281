package io.busbar.hub;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The catching up of a subscription that hears older messages of a stream first. It delivers as
 * fast as the client takes them, and then joins the other subscribers. Owned by the channel's home
 * loop, except for what it posts to the session's loop.
 */
final class CatchUp {
  private final Follower follower;
  private final Subscription subscription;
  private long next;
  private boolean waiting;
  private boolean waited;

  /** The gap to tell before anything else; null for none. */
  private @Nullable Fanout gap;

  CatchUp(Follower follower, Subscription subscription) {
    this.follower = follower;
    this.subscription = subscription;
  }

  Subscription subscription() {
    return subscription;
  }

  /** Returns the offset of the message that the subscription hears next. */
  long next() {
    return next;
  }

  /** Notes that the subscription waits until the node has the missing messages. */
  void waits() {
    waiting = true;
    waited = true;
  }

  /** Ends the waiting; returns whether the subscription has waited. */
  boolean wakes() {
    boolean was = waiting;
    waiting = false;
    return was;
  }

  /** Returns whether the subscription has waited since it last heard a message. */
  boolean hasWaited() {
    return waited;
  }

  /** Starts at the position that the owner has given, and tells the session. */
  void begin(Pages.Page page) {
    StreamPage about = page.about();
    next = about.lost() == null ? about.next() : about.head() + 1;
    subscription.start(
        new StreamStart(new Position(about.epoch(), next - 1), about.head(), about.lost()));
    Session session = subscription.session();
    session.loop().post(() -> session.admitted(subscription, null));
  }

  /** Notes that the next messages are lost; the subscription goes on after that position. */
  void loses(Position before, LossReason why) {
    next = before.offset() + 1;
    waited = false;
    gap = Fanout.gap(follower.channel().address(), before, why);
    gap.encode(new Encoding[] {subscription.encoding()});
  }

  /** Will deliver the messages, and go on when the client has taken them. */
  void give(List<Fanout> messages) {
    List<Fanout> given = taken(messages);
    subscription
        .session()
        .loop()
        .post(
            () -> {
              if (deliver(given)) {
                Channel channel = follower.channel();
                subscription
                    .session()
                    .whenWritten(() -> channel.home().post(() -> follower.advance(this)));
              }
            });
  }

  /** Will deliver the messages, and join the subscribers of that loop for all that follow. */
  void join(List<Fanout> messages, LoopSubscribers subscribers) {
    List<Fanout> given = taken(messages);
    Session session = subscription.session();
    session
        .loop()
        .post(
            () -> {
              if (deliver(given)) {
                subscribers.join(subscription);
              }
            });
  }

  private List<Fanout> taken(List<Fanout> messages) {
    List<Fanout> all = new ArrayList<>();
    if (gap != null) {
      all.add(gap);
      gap = null;
    }
    messages.forEach(message -> message.encodeAlso(subscription.encoding()));
    all.addAll(messages);
    waited = false;
    next = messages.isEmpty() ? next : messages.get(messages.size() - 1).offset() + 1;
    return all;
  }

  /** Runs on the session's loop; returns false where the subscription has ended. */
  private boolean deliver(List<Fanout> messages) {
    Session session = subscription.session();
    if (subscription.isCancelled() || session.isClosed()) {
      session.hub().forget(subscription);
      return false;
    }
    List<EncodedMessage> encodedMessages = new ArrayList<>();
    Position last = null;
    int size = 0;
    int count = 0;
    for (Fanout message : messages) {
      EncodedMessage encoded = message.encoded(subscription.encoding());
      boolean hidden = session.id().equals(message.except());
      if (encoded == null || hidden || !subscription.wants(message)) {
        continue;
      }
      if (!encodedMessages.isEmpty() && size + encoded.size() > Batch.MOST_BYTES) {
        session.offer(encodedMessages, follower.channel(), last);
        encodedMessages = new ArrayList<>();
        size = 0;
      }
      last = message.position();
      encodedMessages.add(encoded.labelled(subscription.label()));
      size += encoded.size();
      count += message.lost() == null ? 1 : 0;
    }
    if (!encodedMessages.isEmpty()) {
      session.offer(encodedMessages, follower.channel(), last);
    }
    session.traffic().delivered(count);
    return true;
  }
}
