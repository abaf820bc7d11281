package io.busbar.protocol.sockjs;

import io.busbar.protocol.CrossOrigin;
import io.busbar.protocol.ProtocolException;
import io.busbar.protocol.RequestBody;
import io.busbar.protocol.Utf8;
import io.busbar.protocol.session.SendOutcome;
import io.vertx.core.AsyncResult;
import io.vertx.core.Promise;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.internal.ContextInternal;
import java.util.function.Consumer;

/**
 * Handles the requests that send messages: xhr_send and jsonp_send. A request is answered when the
 * protocol has taken its messages, so sequential requests cannot flood it. Immutable; runs on the
 * event loop of the request.
 */
final class SendHandler {
  private final SockJsOptions options;
  private final Sessions sessions;
  private final SessionLocator search;
  private final Upload upload;

  SendHandler(SockJsOptions options, Sessions sessions, SessionLocator search, Upload upload) {
    this.options = options;
    this.sessions = sessions;
    this.search = search;
    this.upload = upload;
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
    if (session == null && search.goesFurther()) {
      sendFurther(request, context, id, jsonp);
    } else if (session == null || !session.accepts(ClientCookie.origin(request))) {
      upload.discard(request);
      unknown(request);
    } else {
      Answers.head(request, Answers.TEXT, options.cookieNeeded());
      read(request, jsonp, text -> take(request, context, session, text, jsonp));
    }
  }

  private static void unknown(HttpServerRequest request) {
    CrossOrigin.allow(request);
    Answers.notFound(request.response());
  }

  /** Will pass on the text of the body, or answer the request with an error. */
  private RequestBody read(HttpServerRequest request, boolean jsonp, Consumer<String> text) {
    return upload.read(
        request,
        body -> {
          try {
            String all = jsonp ? Upload.formText(request, body) : Utf8.decode(body);
            if (all.isEmpty()) {
              Answers.text(request.response(), 500, "Payload expected.");
            } else {
              text.accept(all);
            }
          } catch (ProtocolException e) {
            broken(request.response());
          }
        });
  }

  /** A session of another client is reported like a missing one, on whichever node it is. */
  private void sendFurther(
      HttpServerRequest request, ContextInternal context, String id, boolean jsonp) {
    CrossOrigin.allow(request);
    Promise<String> text = Promise.promise();
    RequestBody body = read(request, jsonp, text::complete);
    search
        .send(id, ClientCookie.origin(request), text.future())
        .onComplete(
            result ->
                context.emit(
                    nothing -> {
                      body.drop();
                      if (!request.response().ended()) {
                        answerFurther(request, result, jsonp);
                      }
                    }));
  }

  private void answerFurther(
      HttpServerRequest request, AsyncResult<SendOutcome> result, boolean jsonp) {
    HttpServerResponse response = request.response();
    if (result.failed()) {
      Answers.text(response, 503, "No answer in time.\n");
    } else if (result.result() == SendOutcome.NONE) {
      Answers.notFound(response);
    } else {
      Answers.ofSession(request, Answers.TEXT, options.cookieNeeded());
      answer(response, result.result(), jsonp);
    }
  }

  private static void broken(HttpServerResponse response) {
    Answers.text(response, 500, Messages.BROKEN);
  }

  private static void take(
      HttpServerRequest request,
      ContextInternal context,
      SockJsSession session,
      String text,
      boolean jsonp) {
    session.send(
        text, outcome -> context.emit(nothing -> answer(request.response(), outcome, jsonp)));
  }

  private static void answer(HttpServerResponse response, SendOutcome outcome, boolean jsonp) {
    switch (outcome) {
      case GONE, NONE -> Answers.notFound(response);
      case BROKEN -> broken(response);
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
