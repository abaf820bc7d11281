package io.busbar.protocol.sockjs;

import io.busbar.protocol.ProtocolException;
import io.busbar.protocol.sockjs.SockJsSession.Outcome;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.eventbus.Message;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The requests of other nodes' clients for the sessions of this one. Letters come in on one loop;
 * any thread may use the rest.
 */
final class Hosting {
  /** What a request for a session is answered with, besides the outcomes of sending. */
  enum Answer {
    /** The session has it. */
    WELCOME,

    /** There is such a session, and it is somebody else's. */
    REFUSED,

    /** There is no such session. */
    NONE,

    /** It is about to be opened. */
    SOON,

    /** What was sent is not what SockJS says. */
    BROKEN
  }

  private record Endpoint(Sessions sessions, Claims claims) {}

  private record Guest(String node, long link) {}

  private final SockJsCluster cluster;
  private final Map<String, Endpoint> endpoints = new ConcurrentHashMap<>();
  private final Map<Guest, BusDownlink> downlinks = new ConcurrentHashMap<>();

  /** The requests with messages that the protocol has not taken yet. */
  private final Set<Guest> sending = ConcurrentHashMap.newKeySet();

  Hosting(SockJsCluster cluster) {
    this.cluster = cluster;
  }

  void endpoint(String prefix, Sessions sessions, Claims claims) {
    endpoints.put(prefix, new Endpoint(sessions, claims));
  }

  void heard(Letter letter, Message<Object> message) {
    switch (letter.kind()) {
      case OPEN -> open(letter, message);
      case SEND -> send(letter, message);
      case LEFT -> left(letter, message);
      default -> ping(letter, message);
    }
  }

  private void open(Letter letter, Message<Object> message) {
    SockJsSession session = find(letter);
    if (session == null) {
      reply(message, isOnTheWay(letter) ? Answer.SOON : Answer.NONE);
    } else if (!session.owner().accepts(letter.visitor())) {
      reply(message, Answer.REFUSED);
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
      reply(message, Answer.WELCOME);
    }
  }

  private SockJsSession find(Letter letter) {
    Endpoint endpoint = endpoints.get(letter.path());
    return endpoint == null ? null : endpoint.sessions().find(letter.id());
  }

  /** Whether the session that others see here will be opened; if not, they shall not see it. */
  private boolean isOnTheWay(Letter letter) {
    Endpoint endpoint = endpoints.get(letter.path());
    return endpoint != null && endpoint.claims().isLiveOrDropped(letter.id(), letter.found());
  }

  private static void reply(Message<Object> message, Answer answer) {
    message.reply(answer.name());
  }

  private void send(Letter letter, Message<Object> message) {
    SockJsSession session = find(letter);
    if (session == null || !session.owner().accepts(letter.visitor())) {
      reply(message, Answer.NONE);
      return;
    }
    List<String> messages;
    try {
      messages = Messages.ofArray((String) message.body());
    } catch (ProtocolException e) {
      reply(message, Answer.BROKEN);
      return;
    }
    Guest guest = new Guest(letter.from(), letter.link());
    sending.add(guest);
    session.send(messages, outcome -> sent(guest, message, outcome));
  }

  private void sent(Guest guest, Message<Object> message, Outcome outcome) {
    message.reply(outcome.name());
    sending.remove(guest);
  }

  private void left(Letter letter, Message<Object> message) {
    BusDownlink downlink = downlinks.get(new Guest(letter.from(), letter.link()));
    if (downlink != null) {
      downlink.left(letter.fate());
    }
    message.reply(null);
  }

  /** Answers with those of the numbers that nothing is known of. */
  private void ping(Letter letter, Message<Object> message) {
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
