package io.busbar.protocol.sse;

import io.busbar.config.SseConfig;
import io.busbar.hub.AddressPattern;
import io.busbar.hub.Disconnect;
import io.busbar.hub.Hub;
import io.busbar.hub.Session;
import io.busbar.hub.Subscription;
import io.busbar.hub.Wire;
import io.busbar.protocol.Client;
import io.vertx.core.Future;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.RoutingContext;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;

/**
 * Each {@code GET} is a session that hears its channels until the response ends. All are subscribed
 * to before its head is sent, so that a refusal is an answer of its own.
 */
final class SseStreams {
  private static final int USUAL_SIZE = 128;

  /** What the last event's id is where coming back is of no use. */
  private static final String END = EventEncoder.OURS + "end";

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
      if (END.equals(query.lastId())) {
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
    session.farewell(SseStreams::farewell);
    routing.addEndHandler(
        ended -> {
          transport.giveUp();
          replies.leave(session);
          hub.leave(session);
        });
    transport.prelude(prelude(session, query));
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

  /** Who loses a node does not come to another at the same moment as all others. */
  private byte[] prelude(Session session, StreamQuery query) {
    long retry = config.retry().toMillis();
    EventText first =
        new EventText(USUAL_SIZE).retry(retry + ThreadLocalRandom.current().nextLong(retry));
    if (query.format() == EventFormat.ENVELOPE) {
      JsonObject about = new JsonObject().put("session", replies.enter(session));
      first.name(EventEncoder.OURS + "open").data(about.encode());
    }
    return first.end();
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

  /** Says why the stream ends. */
  private static Wire farewell(Disconnect why) {
    JsonObject reason =
        new JsonObject()
            .put("code", why.code())
            .put("reason", why.reason())
            .put("retry", why.retry());
    EventText last = new EventText(USUAL_SIZE).name(EventEncoder.OURS + "close");
    if (!why.retry()) {
      last.id(END);
    }
    return Wire.text(last.data(reason.encode()).end());
  }
}
