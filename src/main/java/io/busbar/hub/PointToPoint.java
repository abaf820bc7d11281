package io.busbar.hub;

import io.vertx.core.eventbus.Message;
import io.vertx.core.eventbus.ReplyException;
import io.vertx.core.eventbus.ReplyFailure;

/**
 * Delivers messages that were sent, not published, to one member of a channel, each member in turn.
 * Owned by the home loop of the channel.
 */
final class PointToPoint {
  private final Channel channel;
  private final ChannelMembers members;

  PointToPoint(Channel channel, ChannelMembers members) {
    this.channel = channel;
    this.members = members;
  }

  /**
   * Will send the message to the next member in turn that wants it. If that member has left, the
   * message goes to another one. If none wants it, the sender gets the failure for no listeners.
   * The message does not return to the bus, which would deliver it here again.
   */
  void send(Fanout message, Message<?> original) {
    if (members.isEmpty()) {
      sendElsewhere(original);
      return;
    }
    Subscription next = members.next(message);
    if (next == null) {
      failForNobody(original);
      return;
    }
    if (!channel.encode(message, next.encoding())) {
      original.fail(-1, "the message cannot be encoded");
      return;
    }
    next.session()
        .loop()
        .post(
            () -> {
              if (!next.deliverInOrder(message)) {
                channel.home().post(() -> send(message, original));
              }
            });
  }

  private void sendElsewhere(Message<?> original) {
    if (channel.isEmpty()) {
      channel
          .close()
          .onComplete(done -> new Forwarding(channel.hub(), channel.address(), original).send());
    } else {
      // Members that catch up do not take it, and the bus would deliver it here again.
      failForNobody(original);
    }
  }

  /** Answers the sender as the bus does when an address has no handler. */
  void failForNobody(Message<?> original) {
    channel.hub().counters().unheard(channel.address());
    String words = "No handlers for address " + channel.address();
    original.reply(new ReplyException(ReplyFailure.NO_HANDLERS, -1, words));
  }
}
