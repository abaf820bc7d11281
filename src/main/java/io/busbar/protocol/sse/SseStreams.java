package io.busbar.protocol.sse;

import io.busbar.config.SseConfig;
import io.busbar.hub.Hub;
import io.busbar.hub.Session;
import io.busbar.protocol.Client;
import io.vertx.ext.web.RoutingContext;

/**
 * Handles GET requests: each is a session that lives as long as the response. It subscribes to all
 * channels before it sends the headers, so a refusal can be an error response. Immutable; runs on
 * the event loop of the request.
 */
final class SseStreams {
  /** Maximum number of channels whose positions fit into a request header. */
  private static final int MOST_HISTORIES = 64;

  private final Hub hub;
  private final SseConfig config;
  private final Replies replies;

  SseStreams(Hub hub, SseConfig config, Replies replies) {
    this.hub = hub;
    this.config = config;
    this.replies = replies;
  }

  /** Will open the requested stream, or answer with an error. */
  void open(RoutingContext routing) {
    try {
      StreamQuery query = StreamQuery.of(routing.request());
      long histories = query.addresses().filter(hub.channelRules()::isStream).count();
      if (histories > MOST_HISTORIES) {
        throw SseException.bad("at most " + MOST_HISTORIES + " of the channels have a history");
      }
      if (OwnEvents.isEnd(query.lastId())) {
        // This status keeps an EventSource from reconnecting (HTML, 9.2.3).
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
      // The client left during its login, so the end handler would never run.
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
