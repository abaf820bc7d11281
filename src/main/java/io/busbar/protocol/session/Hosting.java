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
  private record Guest(String node, long link) {}

  private final SessionCluster cluster;
  private final Map<String, SessionDirectory> endpoints = new ConcurrentHashMap<>();
  private final Map<Guest, BusDownlink> downlinks = new ConcurrentHashMap<>();

  /** The requests whose messages the protocol has not taken yet. */
  private final Set<Guest> sending = ConcurrentHashMap.newKeySet();

  Hosting(SessionCluster cluster) {
    this.cluster = cluster;
  }

  void endpoint(String path, SessionDirectory sessions) {
    endpoints.put(path, sessions);
  }

  void heard(RelayMessage letter, Message<Object> message) {
    switch (letter.kind()) {
      case OPEN -> open(letter, message);
      case SEND -> send(letter, message);
      case LEFT -> left(letter, message);
      default -> ping(letter, message);
    }
  }

  private void open(RelayMessage letter, Message<Object> message) {
    HostedSession session = find(letter);
    if (session == null) {
      reply(message, isOnTheWay(letter) ? OpenOutcome.SOON : OpenOutcome.NONE);
    } else if (!session.accepts(letter.origin())) {
      reply(message, OpenOutcome.REFUSED);
    } else {
      Guest guest = new Guest(letter.from(), letter.link());
      BusDownlink downlink =
          new BusDownlink(
              cluster,
              guest.node(),
              guest.link(),
              letter.isStreaming(),
              () -> downlinks.remove(guest));
      downlinks.put(guest, downlink);
      session.bring(downlink);
      reply(message, OpenOutcome.WELCOME);
    }
  }

  private @Nullable HostedSession find(RelayMessage letter) {
    SessionDirectory sessions = endpoints.get(letter.path());
    return sessions == null ? null : sessions.find(letter.id());
  }

  /**
   * Returns whether a session that other nodes see here will be opened. Otherwise its registration
   * is removed.
   */
  private boolean isOnTheWay(RelayMessage letter) {
    SessionDirectory sessions = endpoints.get(letter.path());
    return sessions != null && sessions.isOnTheWay(letter.id(), letter.entry());
  }

  private static void reply(Message<Object> message, Enum<?> answer) {
    message.reply(answer.name());
  }

  private void send(RelayMessage letter, Message<Object> message) {
    HostedSession session = find(letter);
    if (session == null || !session.accepts(letter.origin())) {
      reply(message, SendOutcome.NONE);
      return;
    }
    Guest guest = new Guest(letter.from(), letter.link());
    sending.add(guest);
    session.send(message.body(), outcome -> sent(guest, message, outcome));
  }

  private void sent(Guest guest, Message<Object> message, SendOutcome outcome) {
    reply(message, outcome);
    sending.remove(guest);
  }

  private void left(RelayMessage letter, Message<Object> message) {
    BusDownlink downlink = downlinks.get(new Guest(letter.from(), letter.link()));
    if (downlink != null) {
      downlink.left(letter.fate());
    }
    message.reply(null);
  }

  /** Replies with the unknown ones of these numbers. */
  private void ping(RelayMessage letter, Message<Object> message) {
    Buffer asked = (Buffer) message.body();
    Buffer unknown = Buffer.buffer();
    for (int at = 0; at < asked.length(); at += Long.BYTES) {
      Guest guest = new Guest(letter.from(), asked.getLong(at));
      if (!downlinks.containsKey(guest) && !sending.contains(guest)) {
        unknown.appendLong(guest.link());
      }
    }
    message.reply(unknown);
  }
}
