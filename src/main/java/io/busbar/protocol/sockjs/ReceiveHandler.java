package io.busbar.protocol.sockjs;

import io.busbar.protocol.session.Envelope;
import io.busbar.protocol.session.RequestOrigin;
import io.busbar.protocol.session.SocketDownlink;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.internal.ContextInternal;
import io.vertx.ext.web.RoutingContext;
import org.jspecify.annotations.Nullable;

/**
 * Handles the requests that wait for frames: xhr, xhr_streaming, eventsource, htmlfile, jsonp.
 * Immutable; runs on the event loop of the request.
 */
final class ReceiveHandler {
  private final SockJsAnswers answers;
  private final Sessions sessions;
  private final SessionLocator search;
  private final Upload upload;

  ReceiveHandler(SockJsOptions options, Sessions sessions, SessionLocator search, Upload upload) {
    this.answers = new SockJsAnswers(options);
    this.sessions = sessions;
    this.search = search;
    this.upload = upload;
  }

  void htmlFile(RoutingContext routing, String id) {
    HttpServerRequest request = routing.request();
    String callback = callback(request);
    if (callback != null) {
      Answers.policy(request.response(), "default-src 'none'; script-src 'unsafe-inline'");
      receive(routing, id, new HtmlFileEnvelope(callback));
    }
  }

  void jsonp(RoutingContext routing, String id) {
    HttpServerRequest request = routing.request();
    String callback = callback(request);
    if (callback != null) {
      Answers.policy(request.response(), "default-src 'none'");
      request.response().putHeader("X-Content-Type-Options", "nosniff");
      receive(routing, id, new JsonpEnvelope(callback));
    }
  }

  /** Returns the requested callback; null for an invalid one, after a response with status 500. */
  private static @Nullable String callback(HttpServerRequest request) {
    String callback;
    try {
      callback = request.getParam("c");
    } catch (IllegalArgumentException e) {
      callback = "%";
    }
    String fault = Callback.fault(callback);
    if (fault != null) {
      Answers.notCached(request.response());
      Answers.text(request.response(), 500, fault);
      return null;
    }
    return callback;
  }

  /** Attaches the request to the session of that id, which it opens if there is none. */
  void receive(RoutingContext routing, String id, Envelope envelope) {
    HttpServerRequest request = routing.request();
    ContextInternal context = ContextInternal.current();
    HttpServerResponse response = request.response();
    RequestOrigin origin = ClientCookie.origin(request);
    SockJsSession session = sessions.find(id);
    upload.discard(request);
    if (session != null && !session.accepts(origin)) {
      Answers.notFound(response);
      return;
    }
    if (session == null && sessions.isFull() && !search.goesFurther()) {
      Answers.text(response, 503, "Too many sessions.\n");
      return;
    }
    new SocketDownlink(
            envelope, answers, origin, routing, context, downlink -> search.bring(id, downlink))
        .begin();
  }
}
