package io.busbar.hub;

import io.busbar.hub.SessionInspector.SessionView;
import java.util.Comparator;
import java.util.List;

/**
 * One session in detail, for operators. It shows the moment when the session's event loop answered.
 * Immutable.
 *
 * @param session the session as in lists
 * @param subscriptions sorted by address; only a part if there are more than the limit
 * @param queues queues that it consumes, in no order; only a part if there are more than the limit
 * @param outboxBytes bytes that wait because the client reads slowly
 * @param outboxMessages messages that wait for the same reason
 * @param heldBack whether the gateway reads no more from the client at the moment
 */
public record SessionDetail(
    SessionView session,
    List<SubscribedChannel> subscriptions,
    List<Session.ConsumedQueue> queues,
    long outboxBytes,
    int outboxMessages,
    boolean heldBack) {

  /**
   * One channel that a session listens to.
   *
   * @param pattern whether the address is a pattern, so that the session gets all matching
   *     addresses
   * @param filtered whether the client wants only a part of the messages
   */
  public record SubscribedChannel(String address, boolean pattern, boolean filtered) {}

  /**
   * Describes a session, on the session's event loop.
   *
   * @param most largest number of subscriptions, and of queues
   */
  static SessionDetail of(Session session, SessionView view, int most) {
    return new SessionDetail(
        view,
        session.subscriptions().stream()
            .filter(each -> !each.isSilent())
            .map(
                each ->
                    new SubscribedChannel(
                        each.address(), each.channel().isPattern(), each.filter() != null))
            .sorted(Comparator.comparing(SubscribedChannel::address))
            .limit(most)
            .toList(),
        session.consumedQueues().stream().limit(most).toList(),
        session.outbox().waitingBytes(),
        session.outbox().waitingMessages(),
        session.isHeldBack());
  }
}
