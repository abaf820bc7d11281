package io.busbar.protocol.session;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.eventbus.Message;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * The requests of other nodes' clients for the sessions of this node. Messages arrive on one event
 * loop; any thread may use the rest.
 */
final class Hosting {
  /** The identity of a request of another node. */
  private record RequestKey(String node, long link) {}

  private final SessionCluster cluster;
  private final Map<String, SessionDirectory> endpoints = new ConcurrentHashMap<>();
  private final Map<RequestKey, BusDownlink> downlinks = new ConcurrentHashMap<>();

  /** The requests whose messages the protocol has not taken yet. */
  private final Set<RequestKey> sending = ConcurrentHashMap.newKeySet();

  Hosting(SessionCluster cluster) {
    this.cluster = cluster;
  }

  void endpoint(String path, SessionDirectory sessions) {
    endpoints.put(path, sessions);
  }

  void received(RelayMessage relayMessage, Message<Object> message) {
    switch (relayMessage.kind()) {
      case OPEN -> open(relayMessage, message);
      case SEND -> send(relayMessage, message);
      case LEFT -> left(relayMessage, message);
      default -> ping(relayMessage, message);
    }
  }

  private void open(RelayMessage relayMessage, Message<Object> message) {
    HostedSession session = find(relayMessage);
    if (session == null) {
      reply(message, isOnTheWay(relayMessage) ? OpenOutcome.SOON : OpenOutcome.NONE);
    } else if (!session.accepts(relayMessage.origin())) {
      reply(message, OpenOutcome.REFUSED);
    } else {
      RequestKey guest = new RequestKey(relayMessage.from(), relayMessage.link());
      BusDownlink downlink =
          new BusDownlink(
              cluster,
              guest.node(),
              guest.link(),
              relayMessage.isStreaming(),
              () -> downlinks.remove(guest));
      downlinks.put(guest, downlink);
      session.bring(downlink);
      reply(message, OpenOutcome.WELCOME);
    }
  }

  private @Nullable HostedSession find(RelayMessage relayMessage) {
    SessionDirectory sessions = endpoints.get(relayMessage.path());
    return sessions == null ? null : sessions.find(relayMessage.id());
  }

  /**
   * Returns whether a session that other nodes see here will be opened. Otherwise its registration
   * is removed.
   */
  private boolean isOnTheWay(RelayMessage relayMessage) {
    SessionDirectory sessions = endpoints.get(relayMessage.path());
    return sessions != null && sessions.isOnTheWay(relayMessage.id(), relayMessage.entry());
  }

  private static void reply(Message<Object> message, Enum<?> answer) {
    message.reply(answer.name());
  }

  private void send(RelayMessage relayMessage, Message<Object> message) {
    HostedSession session = find(relayMessage);
    if (session == null || !session.accepts(relayMessage.origin())) {
      reply(message, SendOutcome.NONE);
      return;
    }
    RequestKey guest = new RequestKey(relayMessage.from(), relayMessage.link());
    sending.add(guest);
    session.send(message.body(), outcome -> sent(guest, message, outcome));
  }

  private void sent(RequestKey guest, Message<Object> message, SendOutcome outcome) {
    reply(message, outcome);
    sending.remove(guest);
  }

  private void left(RelayMessage relayMessage, Message<Object> message) {
    BusDownlink downlink = downlinks.get(new RequestKey(relayMessage.from(), relayMessage.link()));
    if (downlink != null) {
      downlink.left(relayMessage.outcome());
    }
    message.reply(null);
  }

  /** Replies with the unknown ones of these numbers. */
  private void ping(RelayMessage relayMessage, Message<Object> message) {
    Buffer asked = (Buffer) message.body();
    Buffer unknown = Buffer.buffer();
    for (int at = 0; at < asked.length(); at += Long.BYTES) {
      RequestKey guest = new RequestKey(relayMessage.from(), asked.getLong(at));
      if (!downlinks.containsKey(guest) && !sending.contains(guest)) {
        unknown.appendLong(guest.link());
      }
    }
    message.reply(unknown);
  }
}
