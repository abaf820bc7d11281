package io.busbar.hub;

import io.busbar.hub.SessionInspector.SessionView;
import java.util.Comparator;
import java.util.List;

/**
 * All that operators are told of one session, as it was when its event loop was asked. Any thread
 * may read it.
 *
 * @param session who it is
 * @param subscriptions by address; a part of them where there are more than were asked for
 * @param queues that it hears, in no order; a part of them where there are more
 * @param outboxBytes that wait because the client reads slowly
 * @param outboxMessages the same in messages
 * @param heldBack whether the client is read no further at the moment
 */
public record SessionDetail(
    SessionView session,
    List<Heard> subscriptions,
    List<Session.QueueHeard> queues,
    long outboxBytes,
    int outboxMessages,
    boolean heldBack) {

  /**
   * One channel that a session hears.
   *
   * @param pattern whether it is all publications whose addresses match
   * @param filtered whether the client wants only a part of it
   */
  public record Heard(String address, boolean pattern, boolean filtered) {}

  /** On the session's event loop. */
  static SessionDetail of(Session session, SessionView view, int most) {
    return new SessionDetail(
        view,
        session.subscriptions().stream()
            .filter(each -> !each.isSilent())
            .map(
                each ->
                    new Heard(each.address(), each.channel().isPattern(), each.filter() != null))
            .sorted(Comparator.comparing(Heard::address))
            .limit(most)
            .toList(),
        session.queuesHeard().stream().limit(most).toList(),
        session.outbox().waitingBytes(),
        session.outbox().waitingMessages(),
        session.isHeldBack());
  }
}
