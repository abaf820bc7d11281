package io.busbar.protocol.engineio;

import io.busbar.protocol.Client;
import io.busbar.protocol.MessageProtocol;
import io.busbar.protocol.RequestBody;
import io.busbar.protocol.session.RequestOrigin;
import io.busbar.protocol.session.SocketDownlink;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.internal.ContextInternal;
import io.vertx.ext.web.RoutingContext;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Consumer;

/**
 * Handles the requests that wait for packets: the first request of a session, and its polls.
 * Immutable; runs on the event loop of the request.
 */
final class EnginePolling {
  /** Time for the last packets of a WebSocket on another event loop, sent before this poll. */
  private static final long LAST_WORD_MILLIS = 5;

  private final EngineOptions options;
  private final EngineSessions sessions;
  private final Map<EngineRevision, MessageProtocol> protocols;
  private final long bodyTimeoutMillis;

  EnginePolling(
      EngineOptions options,
      EngineSessions sessions,
      Map<EngineRevision, MessageProtocol> protocols,
      long bodyTimeoutMillis) {
    this.options = options;
    this.sessions = sessions;
    this.protocols = protocols;
    this.bodyTimeoutMillis = bodyTimeoutMillis;
  }

  /** Opens a session. */
  void open(RoutingContext routing, EngineQuery query) {
    receive(routing, query, downlink -> open(downlink, query));
  }

  private void open(SocketDownlink downlink, EngineQuery query) {
    Client client = downlink.client("engineio");
    EngineSession session =
        new EngineSession(
            sessions.nextId(),
            query.checkedRevision(),
            sessions,
            downlink.context().unwrap(),
            options,
            client.remoteAddress());
    if (downlink.searches() > 1) {
      // The session that this request opened has ended.
      downlink.lost();
    } else if (sessions.add(session)) {
      downlink.start();
      MessageProtocol protocol =
          Objects.requireNonNull(
              protocols.get(query.checkedRevision()), "there is one for each revision");
      session.open(downlink, welcome(session.id()), protocol, client);
    } else {
      EngineAnswers.answer(downlink, EngineError.TOO_MANY_SESSIONS);
    }
  }

  private OpenPacket welcome(String id) {
    List<String> upgrades =
        options.offers(EngineOptions.WEBSOCKET) ? List.of(EngineOptions.WEBSOCKET) : List.of();
    return options.welcome(id, upgrades);
  }

  /** Attaches a poll to its session. */
  void poll(RoutingContext routing, EngineQuery query) {
    receive(
        routing,
        query,
        downlink -> {
          EngineLink link = sessions.find(query);
          if (link == null) {
            downlink.lost();
          } else if (link.isProbed() && downlink.searches() == 1) {
            downlink.searchAfter(LAST_WORD_MILLIS);
          } else {
            link.bring(downlink);
          }
        });
  }

  private void receive(RoutingContext routing, EngineQuery query, Consumer<SocketDownlink> search) {
    HttpServerRequest request = routing.request();
    RequestBody.discard(request, bodyTimeoutMillis);
    new SocketDownlink(
            new PollEnvelope(request, query),
            EngineAnswers.INSTANCE,
            RequestOrigin.of(request, null),
            routing,
            ContextInternal.current(),
            search)
        .begin();
  }
}
