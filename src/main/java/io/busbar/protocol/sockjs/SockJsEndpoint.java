package io.busbar.protocol.sockjs;

import io.busbar.protocol.CrossOrigin;
import io.busbar.protocol.HttpEndpoint;
import io.busbar.protocol.MessageProtocol;
import io.busbar.protocol.WebSocketOptions;
import io.busbar.protocol.WebSocketUpgrade;
import io.busbar.protocol.session.CloseNotifications;
import io.busbar.protocol.session.SessionCluster;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpVersion;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.security.SecureRandom;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The endpoint for a protocol over SockJS 0.3.3, below one path: {@code /info}, {@code
 * /iframe.html}, the raw {@code /websocket}, and {@code /server/session/transport}. One object is
 * mounted on the routers of all event loops, so each of them can reach every session. Any thread
 * may use it.
 */
public final class SockJsEndpoint implements HttpEndpoint {
  private static final long BODY_TIMEOUT_MILLIS = 10_000;

  /** Messages per request, because sockjs-client joins those that wait for the previous request. */
  private static final int LARGEST_MESSAGES_IN_A_REQUEST = 16;

  private static final int MOST_SESSIONS = 100_000;
  private static final Pattern IFRAME = Pattern.compile("/iframe(-[^/]*)?\\.html");
  private static final String WEBSOCKET = "websocket";
  private static final String XHR = "xhr-polling";
  private static final String XHR_STREAMING = "xhr-streaming";
  private static final String EVENT_SOURCE = "eventsource";
  private static final String HTML_FILE = "htmlfile";
  private static final String JSONP = "jsonp-polling";

  private final String prefix;
  private final SockJsOptions options;
  private final @Nullable SessionCluster cluster;
  private final Sessions sessions;
  private final ReceiveHandler receiving;
  private final SendHandler sending;
  private final Handshakes handshakes;
  private final IframePage iframe;
  private final SecureRandom entropy = new SecureRandom();

  /**
   * @param path where it is mounted: {@code /eventbus}
   * @param cluster the other nodes; null without a cluster
   */
  public SockJsEndpoint(
      String path,
      SockJsOptions options,
      MessageProtocol protocol,
      WebSocketOptions webSocket,
      @Nullable SessionCluster cluster) {
    this(path, options, protocol, webSocket, cluster, BODY_TIMEOUT_MILLIS, MOST_SESSIONS);
  }

  SockJsEndpoint(
      String path,
      SockJsOptions options,
      MessageProtocol protocol,
      WebSocketOptions webSocket,
      @Nullable SessionCluster cluster,
      long bodyTimeoutMillis,
      int mostSessions) {
    this.prefix = path.endsWith("/") ? path.substring(0, path.length() - 1) : path;
    this.options = options;
    this.cluster = cluster;
    byte[] cookieKey = cluster == null ? SessionCluster.freshSecret() : cluster.secret();
    this.sessions = new Sessions(options, protocol, mostSessions, new ClientCookie(cookieKey));
    SessionLocator search = new SessionLocator(prefix, sessions, cluster);
    Upload upload =
        new Upload(
            webSocket.inbound(),
            options.maxMessageSize() * LARGEST_MESSAGES_IN_A_REQUEST,
            bodyTimeoutMillis);
    this.receiving = new ReceiveHandler(options, sessions, search, upload);
    this.sending = new SendHandler(options, sessions, search, upload);
    this.handshakes = new Handshakes(options, protocol, webSocket);
    this.iframe = new IframePage(options.libraryUrl());
  }

  /** Returns the number of sessions over HTTP. */
  int sessionCount() {
    return sessions.count();
  }

  @Override
  public void mount(Router router) {
    router.route(prefix + "/*").handler(this::handle);
  }

  /** A polling client comes back at once, unless it has left its last poll. */
  @Override
  public Future<Void> closeNotified(Vertx vertx) {
    return CloseNotifications.whenSent(vertx, () -> !sessions.awaitCloseNotification(), cluster);
  }

  private void handle(RoutingContext routing) {
    HttpServerRequest request = routing.request();
    String path = request.path();
    if (path == null || !path.startsWith(prefix)) {
      routing.next();
    } else if (request.version() == HttpVersion.HTTP_2) {
      Answers.text(request.response(), 505, "SockJS is spoken over HTTP/1.1 here.\n");
    } else {
      route(routing, path.substring(prefix.length()));
    }
  }

  private void route(RoutingContext routing, String rest) {
    HttpServerRequest request = routing.request();
    if (rest.isEmpty() || rest.equals("/")) {
      greeting(routing);
    } else if (rest.equals("/info")) {
      options(request, HttpMethod.GET, () -> info(request));
    } else if (rest.equals("/websocket")) {
      offered(request, offers(WEBSOCKET), () -> handshakes.raw(routing));
    } else if (IFRAME.matcher(rest).matches()) {
      read(request, () -> iframe.answer(request));
    } else {
      session(routing, rest.split("/", -1));
    }
  }

  private void session(RoutingContext routing, String[] parts) {
    if (parts.length != 4 || !isId(parts[1]) || !isId(parts[2])) {
      routing.next();
      return;
    }
    HttpServerRequest request = routing.request();
    String id = parts[2];
    switch (parts[3]) {
      case "websocket" -> offered(request, offers(WEBSOCKET), () -> handshakes.framed(routing));
      case "xhr" ->
          post(request, offers(XHR), () -> receiving.receive(routing, id, XhrEnvelope.POLLING));
      case "xhr_streaming" ->
          post(
              request,
              offers(XHR_STREAMING),
              () -> receiving.receive(routing, id, XhrEnvelope.STREAMING));
      case "xhr_send" ->
          post(
              request,
              offers(XHR) || offers(XHR_STREAMING) || offers(EVENT_SOURCE) || offers(HTML_FILE),
              () -> sending.xhrSend(request, id));
      case "eventsource" ->
          get(
              request,
              offers(EVENT_SOURCE),
              () -> receiving.receive(routing, id, EventSourceEnvelope.INSTANCE));
      case "htmlfile" -> get(request, offers(HTML_FILE), () -> receiving.htmlFile(routing, id));
      case "jsonp" -> get(request, offers(JSONP), () -> receiving.jsonp(routing, id));
      case "jsonp_send" -> post(request, offers(JSONP), () -> sending.jsonpSend(request, id));
      default -> routing.next();
    }
  }

  private static boolean isId(String part) {
    return !part.isEmpty() && part.indexOf('.') < 0;
  }

  private boolean offers(String transport) {
    return options.transports().contains(transport);
  }

  private static void greeting(RoutingContext routing) {
    if (WebSocketUpgrade.isAsked(routing.request())) {
      routing.next();
    } else {
      read(routing.request(), () -> Answers.text(routing.response(), 200, "Welcome to SockJS!\n"));
    }
  }

  private void info(HttpServerRequest request) {
    String body =
        "{\"websocket\":%b,\"origins\":[\"*:*\"],\"cookie_needed\":%b,\"entropy\":%d}"
            .formatted(
                offers(WEBSOCKET),
                options.cookieNeeded(),
                Integer.toUnsignedLong(entropy.nextInt()));
    CrossOrigin.allow(request);
    Answers.notCached(request.response());
    request.response().putHeader(HttpHeaders.CONTENT_TYPE, Answers.JSON).end(body);
  }

  private static void offered(HttpServerRequest request, boolean offered, Runnable action) {
    if (offered) {
      action.run();
    } else {
      Answers.notFound(request.response());
    }
  }

  private static void read(HttpServerRequest request, Runnable action) {
    if (request.method() == HttpMethod.GET || request.method() == HttpMethod.HEAD) {
      action.run();
    } else {
      Answers.notAllowed(request.response(), "GET, HEAD");
    }
  }

  private static void get(HttpServerRequest request, boolean offered, Runnable action) {
    if (request.method() == HttpMethod.GET || !offered) {
      offered(request, offered, action);
    } else {
      Answers.notAllowed(request.response(), "GET");
    }
  }

  private static void post(HttpServerRequest request, boolean offered, Runnable action) {
    offered(request, offered, () -> options(request, HttpMethod.POST, action));
  }

  /** Runs the action for this method, answers preflight requests, and rejects other methods. */
  private static void options(HttpServerRequest request, HttpMethod method, Runnable action) {
    if (request.method() == HttpMethod.OPTIONS) {
      Answers.preflight(request, "OPTIONS, " + method);
    } else if (request.method() == method) {
      action.run();
    } else {
      Answers.notAllowed(request.response(), "OPTIONS, " + method);
    }
  }
}
