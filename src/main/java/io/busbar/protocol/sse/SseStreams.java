package io.busbar.protocol.sse;

import io.busbar.config.SseConfig;
import io.busbar.hub.AddressPattern;
import io.busbar.hub.Hub;
import io.busbar.hub.Session;
import io.busbar.hub.Subscription;
import io.busbar.protocol.Client;
import io.vertx.core.Future;
import io.vertx.ext.web.RoutingContext;
import java.util.ArrayList;
import java.util.List;

/**
 * Each {@code GET} is a session that hears its channels until the response ends. All are subscribed
 * to before its head is sent, so that a refusal is an answer of its own.
 */
final class SseStreams {
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
    SseTransport transport = new SseTransport(routing.request(), config.heartbeat().toMillis());
    Session session = hub.join(transport, SseEndpoint.NAME, Client.principal(routing));
    routing.addEndHandler(
        ended -> {
          transport.giveUp();
          replies.leave(session);
          hub.leave(session);
        });
    boolean mayAnswer = query.format() == EventFormat.ENVELOPE;
    String token = mayAnswer ? replies.enter(session) : null;
    transport.prelude(OwnEvents.first(config.retry().toMillis(), token));
    Future.join(subscribe(session, query))
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

  /** Up to the first that is refused at once. */
  private List<Future<Subscription>> subscribe(Session session, StreamQuery query) {
    EventEncoder encoder = new EventEncoder(query.format());
    List<Future<Subscription>> all = new ArrayList<>(query.channels().size());
    for (String channel : query.channels()) {
      Future<Subscription> one =
          AddressPattern.isPattern(channel)
              ? hub.subscribePattern(session, channel, channel, encoder, null)
              : hub.subscribe(session, channel, channel, encoder, null);
      all.add(one);
      if (one.failed()) {
        break;
      }
    }
    return all;
  }
}
