package io.busbar.protocol.engineio;

import io.busbar.config.Config;
import io.busbar.protocol.CrossOrigin;
import io.busbar.protocol.HttpEndpoint;
import io.busbar.protocol.MessageProtocol;
import io.busbar.protocol.WebSocketOptions;
import io.busbar.protocol.WebSocketUpgrade;
import io.busbar.protocol.session.CloseNotifications;
import io.busbar.protocol.session.SessionCluster;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpVersion;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.util.EnumMap;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The endpoint for Engine.IO at one path, with a protocol for each revision. It has polling,
 * WebSockets, and the upgrade from one to the other. One object is mounted on the routers of all
 * event loops, so each of them can reach every session. Requests without query parameters of
 * Engine.IO go to the next route. Any thread may use it.
 */
public final class EngineEndpoint implements HttpEndpoint {
  private static final long BODY_TIMEOUT_MILLIS = 10_000;

  private final String prefix;
  private final EngineOptions options;
  private final @Nullable SessionCluster cluster;
  private final EngineSessions sessions;
  private final EnginePolling polling;
  private final EngineUploads uploads;
  private final EngineHandshakes handshakes;

  /**
   * @param path where it is mounted: {@code /socket.io}, with or without a slash after it
   * @param protocols one for each revision of the options
   * @param cluster the other nodes; null without a cluster
   */
  public EngineEndpoint(
      String path,
      EngineOptions options,
      Map<EngineRevision, MessageProtocol> protocols,
      WebSocketOptions webSocket,
      @Nullable SessionCluster cluster) {
    this.prefix = path.endsWith("/") ? path.substring(0, path.length() - 1) : path;
    this.options = options;
    this.cluster = cluster;
    this.sessions = new EngineSessions(prefix, options, cluster);
    this.polling = new EnginePolling(options, sessions, protocols, BODY_TIMEOUT_MILLIS);
    this.uploads =
        new EngineUploads(sessions, webSocket.inbound(), options.maxPayload(), BODY_TIMEOUT_MILLIS);
    this.handshakes = new EngineHandshakes(options, sessions, protocols, webSocket);
  }

  /**
   * Returns an endpoint with the configured options.
   *
   * @param maxPayload maximum size of a request or of a WebSocket message, in bytes
   * @param protocols returns the protocol for a revision
   */
  public static EngineEndpoint of(
      String path,
      Config config,
      int maxPayload,
      Function<EngineRevision, MessageProtocol> protocols,
      WebSocketOptions webSockets,
      @Nullable SessionCluster cluster) {
    EngineOptions options = EngineOptions.of(config, maxPayload);
    Map<EngineRevision, MessageProtocol> byRevision = new EnumMap<>(EngineRevision.class);
    options.revisions().forEach(each -> byRevision.put(each, protocols.apply(each)));
    return new EngineEndpoint(path, options, byRevision, webSockets.upTo(maxPayload), cluster);
  }

  /** Returns the number of sessions that began with polling. */
  int sessionCount() {
    return sessions.count();
  }

  @Override
  public void mount(Router router) {
    router.route(prefix + "/*").handler(this::handle);
  }

  /** A polling client comes back at once. */
  @Override
  public Future<Void> closeNotified(Vertx vertx) {
    return CloseNotifications.whenSent(vertx, () -> !sessions.awaitCloseNotification(), cluster);
  }

  private void handle(RoutingContext routing) {
    HttpServerRequest request = routing.request();
    String path = request.path();
    if (path == null || !path.equals(prefix) && !path.equals(prefix + "/")) {
      routing.next();
      return;
    }
    EngineQuery query;
    try {
      query = EngineQuery.of(request);
    } catch (IllegalArgumentException e) {
      EngineError.BAD_REQUEST.answer(request);
      return;
    }
    if (query == null) {
      routing.next();
    } else if (request.version() == HttpVersion.HTTP_2) {
      EngineError.answer(request.response(), 505, "Engine.IO is spoken over HTTP/1.1 here");
    } else if (request.method() == HttpMethod.OPTIONS) {
      CrossOrigin.preflight(request, "GET, OPTIONS, POST");
    } else {
      EngineError fault = fault(request, query);
      if (fault == null) {
        serve(routing, query);
      } else {
        fault.answer(request);
      }
    }
  }

  /** Returns the error in the request that needs no session to see; null for none. */
  private @Nullable EngineError fault(HttpServerRequest request, EngineQuery query) {
    if (query.transport() == null || !options.offers(query.transport())) {
      return EngineError.UNKNOWN_TRANSPORT;
    }
    if (query.revision() == null || !options.revisions().contains(query.revision())) {
      return EngineError.UNSUPPORTED_VERSION;
    }
    if (query.sid() == null && request.method() != HttpMethod.GET) {
      return EngineError.BAD_HANDSHAKE_METHOD;
    }
    boolean socket = query.transport().equals(EngineOptions.WEBSOCKET);
    boolean known = request.method() == HttpMethod.GET || request.method() == HttpMethod.POST;
    return socket == WebSocketUpgrade.isAsked(request) && known && query.isWellFormed()
        ? null
        : EngineError.BAD_REQUEST;
  }

  private void serve(RoutingContext routing, EngineQuery query) {
    boolean socket = EngineOptions.WEBSOCKET.equals(query.transport());
    if (query.sid() == null) {
      if (socket) {
        handshakes.open(routing, query);
      } else {
        polling.open(routing, query);
      }
    } else if (socket) {
      handshakes.upgrade(routing, query);
    } else if (routing.request().method() == HttpMethod.POST) {
      uploads.take(routing.request(), query);
    } else {
      polling.poll(routing, query);
    }
  }
}
