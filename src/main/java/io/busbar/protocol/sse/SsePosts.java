package io.busbar.protocol.sse;

import io.busbar.config.Action;
import io.busbar.hub.Hub;
import io.busbar.hub.Refusal;
import io.busbar.hub.Session;
import io.busbar.protocol.Client;
import io.busbar.protocol.HttpAnswers;
import io.busbar.protocol.Poster;
import io.busbar.protocol.Posters;
import io.busbar.protocol.RequestBody;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.RoutingContext;

/**
 * Handles POST requests: each is one call of the hub, and the response tells the result. Owned by
 * one event loop.
 */
final class SsePosts {
  private final Hub hub;
  private final Replies replies;
  private final Posters posters;
  private final long timeoutMillis;

  /**
   * @param timeoutMillis maximum time for a whole body, in milliseconds
   */
  SsePosts(Hub hub, Replies replies, long timeoutMillis) {
    this.hub = hub;
    this.replies = replies;
    this.posters = new Posters(hub, SseEndpoint.NAME);
    this.timeoutMillis = timeoutMillis;
  }

  /** Will read the request and answer it. */
  void take(RoutingContext routing) {
    RequestBody.read(
        routing.request(),
        hub.inbound(),
        hub.limits().messageSize().asInt(),
        timeoutMillis,
        body -> take(routing, body),
        (status, words) -> HttpAnswers.error(routing.response(), status, "body_not_taken", words));
  }

  private void take(RoutingContext routing, Buffer body) {
    HttpServerResponse response = routing.response();
    Poster poster = posters.of(Client.remoteAddress(routing.request()), Client.principal(routing));
    if (poster == null) {
      HttpAnswers.error(response, 503, "too_many_clients", "too many clients post at once");
      return;
    }
    if (poster.isHeldBack()) {
      HttpAnswers.error(response, 429, Refusal.TOO_MANY_MESSAGES.code(), "too many bytes a second");
      return;
    }
    poster.session().received(body.length());
    try {
      Post post = Post.of(routing.request().getHeader(HttpHeaders.CONTENT_TYPE), body.getBytes());
      String channel = post.channel();
      String replyAddress = post.replyAddress();
      if (channel == null && replyAddress != null) {
        answer(response, poster.session(), post, replyAddress);
      } else if (channel != null && post.reply()) {
        ask(response, poster, post, channel);
      } else if (channel != null) {
        publish(response, poster.session(), post, channel);
      }
    } catch (SseException e) {
      SseAnswers.error(response, e);
    }
  }

  private void publish(HttpServerResponse response, Session session, Post post, String channel) {
    Refusal refusal = hub.publish(session, channel, post.body(), post.headers());
    if (refusal != null) {
      refuse(response, refusal, Action.PUBLISH, channel);
      return;
    }
    JsonObject receipt = new JsonObject().put("published", channel);
    session
        .whenKept()
        .onSuccess(kept -> HttpAnswers.json(response, 202, receipt))
        .onFailure(
            cause -> HttpAnswers.error(response, 503, "not_kept", "the stream did not keep it"));
  }

  private void ask(HttpServerResponse response, Poster poster, Post post, String channel) {
    if (poster.open() >= hub.limits().subscriptions()) {
      refuse(response, Refusal.TOO_MANY_SUBSCRIPTIONS, Action.SEND, channel);
      return;
    }
    poster.begins();
    hub.request(poster.session(), channel, post.body(), post.headers(), channel)
        .onComplete(done -> poster.ends())
        .onSuccess(answer -> SseAnswers.answered(response, answer))
        .onFailure(cause -> SseAnswers.failed(response, cause));
  }

  private void answer(
      HttpServerResponse response, Session session, Post post, String replyAddress) {
    Refusal refusal = hub.admission().toAnswer(session, replyAddress, post.body());
    if (refusal != null) {
      refuse(response, refusal, Action.SEND, replyAddress);
      return;
    }
    session
        .here(replies.answer(post, session.user()))
        .onSuccess(
            awaited -> {
              if (awaited) {
                HttpAnswers.json(response, 202, new JsonObject().put("answered", true));
              } else {
                HttpAnswers.error(response, 404, "not_awaited", "no such answer is awaited");
              }
            })
        .onFailure(cause -> SseAnswers.failed(response, cause));
  }

  private static void refuse(
      HttpServerResponse response, Refusal refusal, Action action, String address) {
    HttpAnswers.refused(response, refusal, refusal.about(action, address));
  }
}
