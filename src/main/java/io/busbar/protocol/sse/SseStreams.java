package io.busbar.protocol.sse;

import io.busbar.config.SseConfig;
import io.busbar.hub.Hub;
import io.busbar.hub.Session;
import io.busbar.protocol.Client;
import io.vertx.ext.web.RoutingContext;

/**
 * Each {@code GET} is a session that hears its channels until the response ends. All are subscribed
 * to before its head is sent, so that a refusal is an answer of its own.
 */
final class SseStreams {
  /** Channels whose positions fit into the header of a request. */
  private static final int MOST_HISTORIES = 64;

  private final Hub hub;
  private final SseConfig config;
  private final Replies replies;

  SseStreams(Hub hub, SseConfig config, Replies replies) {
    this.hub = hub;
    this.config = config;
    this.replies = replies;
  }

  /** Will stream what the request asks for, or answer why not. */
  void open(RoutingContext routing) {
    try {
      StreamQuery query = StreamQuery.of(routing.request());
      long histories = query.addresses().filter(hub.channelRules()::isStream).count();
      if (histories > MOST_HISTORIES) {
        throw SseException.bad("at most " + MOST_HISTORIES + " of the channels have a history");
      }
      if (OwnEvents.isEnd(query.lastId())) {
        // The status that keeps an EventSource from coming again (HTML, 9.2.3).
        routing.response().setStatusCode(204).end();
      } else {
        open(routing, query);
      }
    } catch (SseException e) {
      SseAnswers.error(routing.response(), e);
    }
  }

  private void open(RoutingContext routing, StreamQuery query) {
    if (routing.response().closed()) {
      // It left while its login was looked at, and its end would not be told again.
      return;
    }
    SseTransport transport = new SseTransport(routing.request(), config.heartbeat().toMillis());
    Session session = hub.join(transport, SseEndpoint.NAME, Client.principal(routing));
    routing.addEndHandler(
        ended -> {
          transport.giveUp();
          replies.leave(session);
          hub.leave(session);
        });
    SseStream stream = new SseStream(hub, session, query);
    String token = query.format() == EventFormat.ENVELOPE ? replies.enter(session) : null;
    long retry = config.retry().toMillis();
    transport.beginWith(() -> stream.first(retry, token), stream.positions());
    stream
        .subscribe()
        .onSuccess(all -> transport.open())
        .onFailure(
            cause -> {
              if (!session.isClosed()) {
                transport.giveUp();
                hub.leave(session);
                SseAnswers.failed(routing.response(), cause);
              }
            });
  }
}
