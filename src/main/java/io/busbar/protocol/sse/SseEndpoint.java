package io.busbar.protocol.sse;

import io.busbar.config.SseConfig;
import io.busbar.hub.Hub;
import io.busbar.protocol.CrossOrigin;
import io.busbar.protocol.HttpAnswers;
import io.busbar.protocol.HttpEndpoint;
import io.busbar.protocol.RequestBody;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.ext.web.MIMEHeader;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.util.List;

/**
 * The endpoint for server-sent events (HTML, 9.2) at one path: GET opens a stream, POST sends a
 * message. Any thread may use it; each event loop has its own {@link SsePosts}.
 */
public final class SseEndpoint implements HttpEndpoint {
  /** Name of the protocol in rules and metrics. */
  static final String NAME = "sse";

  private static final String METHODS = "GET, OPTIONS, POST";
  private static final long BODY_TIMEOUT_MILLIS = 10_000;

  private final Hub hub;
  private final String path;
  private final Replies replies;
  private final SseStreams streams;

  public SseEndpoint(Vertx vertx, Hub hub, SseConfig config) {
    this.hub = hub;
    this.path = config.path();
    this.replies = new Replies(vertx, hub);
    this.streams = new SseStreams(hub, config, replies);
  }

  @Override
  public void mount(Router router) {
    SsePosts posts = new SsePosts(hub, replies, BODY_TIMEOUT_MILLIS);
    router.route(path).handler(routing -> handle(routing, posts));
  }

  private void handle(RoutingContext routing, SsePosts posts) {
    HttpServerRequest request = routing.request();
    HttpMethod method = request.method();
    if (method == HttpMethod.OPTIONS) {
      CrossOrigin.preflight(request, METHODS);
      return;
    }
    CrossOrigin.allow(request);
    if (method == HttpMethod.POST) {
      posts.take(routing);
      return;
    }
    RequestBody.discard(request, BODY_TIMEOUT_MILLIS);
    if (method != HttpMethod.GET) {
      routing.response().putHeader(HttpHeaders.ALLOW, METHODS);
      HttpAnswers.error(routing.response(), 405, "bad_method", "GET listens, and POST says");
    } else if (!takesEvents(routing.parsedHeaders().accept())) {
      HttpAnswers.error(
          routing.response(), 406, "not_acceptable", "what comes is text/event-stream");
    } else {
      streams.open(routing);
    }
  }

  private static boolean takesEvents(List<MIMEHeader> accepted) {
    return accepted.isEmpty()
        || accepted.stream()
            .anyMatch(
                type ->
                    type.weight() > 0
                        && (type.component().equals("*") || type.component().equals("text"))
                        && (type.subComponent().equals("*")
                            || type.subComponent().equals("event-stream")));
  }
}
