package io.busbar.protocol.sockjs;

import io.busbar.protocol.ProtocolException;
import io.busbar.protocol.Utf8;
import io.busbar.protocol.sockjs.SockJsSession.Outcome;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.internal.ContextInternal;
import java.util.List;

/**
 * The requests that bring messages: xhr_send and jsonp_send. They are answered when the protocol
 * has taken the messages, so that a client that sends one after the other cannot flood it.
 */
final class Sending {
  /** sockjs-client joins all that it was given while the request before was under way. */
  private static final int LARGEST_MESSAGES_IN_A_REQUEST = 16;

  private final SockJsOptions options;
  private final Sessions sessions;
  private final long bodyTimeoutMillis;

  Sending(SockJsOptions options, Sessions sessions, long bodyTimeoutMillis) {
    this.options = options;
    this.sessions = sessions;
    this.bodyTimeoutMillis = bodyTimeoutMillis;
  }

  void xhrSend(HttpServerRequest request, String id) {
    send(request, id, false);
  }

  void jsonpSend(HttpServerRequest request, String id) {
    send(request, id, true);
  }

  private void send(HttpServerRequest request, String id, boolean jsonp) {
    ContextInternal context = ContextInternal.current();
    SockJsSession session = sessions.find(id);
    if (session == null || !session.owner().accepts(Visitor.of(request))) {
      Upload.discard(request, context, bodyTimeoutMillis);
      Answers.crossOrigin(request);
      Answers.notFound(request.response());
      return;
    }
    Answers.head(request, Answers.TEXT, options.cookieNeeded());
    Upload.read(
        request,
        context,
        options.maxMessageSize() * LARGEST_MESSAGES_IN_A_REQUEST,
        bodyTimeoutMillis,
        body -> take(request, context, session, body, jsonp));
  }

  private static void take(
      HttpServerRequest request,
      ContextInternal context,
      SockJsSession session,
      byte[] body,
      boolean jsonp) {
    HttpServerResponse response = request.response();
    List<String> messages;
    try {
      String text = jsonp ? Upload.formText(request, body) : Utf8.decode(body);
      if (text.isEmpty()) {
        Answers.text(response, 500, "Payload expected.");
        return;
      }
      messages = Messages.ofArray(text);
    } catch (ProtocolException e) {
      Answers.text(response, 500, Messages.BROKEN);
      return;
    }
    session.send(messages, outcome -> context.emit(nothing -> answer(response, outcome, jsonp)));
  }

  private static void answer(HttpServerResponse response, Outcome outcome, boolean jsonp) {
    switch (outcome) {
      case GONE -> Answers.notFound(response);
      case REFUSED -> Answers.text(response, 503, "Too many messages wait.");
      case TAKEN -> {
        if (jsonp) {
          Answers.text(response, 200, "ok");
        } else {
          response.setStatusCode(204).end();
        }
      }
    }
  }
}
