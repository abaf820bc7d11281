package io.busbar.presence;

import io.busbar.hub.PresenceChannels;
import io.busbar.hub.PresenceListener;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.eventbus.Message;
import io.vertx.core.json.JsonObject;

/**
 * Answers who is where on {@link PresenceListener#ADDRESS}, on each node: {@code
 * {"channel","limit","after"}} is answered with {@code
 * {"users":[{"user","sessions","info"}],"count","next"}}; and this node's own which channels it
 * owns on {@link PresenceListener#CHANNELS}.
 */
final class Questions {
  private static final int USUAL_PAGE = 100;
  private static final int LARGEST_PAGE = 1_000;
  private static final int BAD_QUESTION = 400;
  private static final int NO_ANSWER = 503;

  private final PresenceChannels channels;
  private final PresenceNodes nodes;
  private final OwnedChannels owned;

  Questions(PresenceChannels channels, PresenceNodes nodes, OwnedChannels owned) {
    this.channels = channels;
    this.nodes = nodes;
    this.owned = owned;
  }

  Future<Void> start(Vertx vertx) {
    Promise<Void> listening = Promise.promise();
    Context context = vertx.getOrCreateContext();
    context.runOnContext(
        nothing -> {
          vertx.eventBus().localConsumer(PresenceListener.CHANNELS, this::askedForChannels);
          vertx
              .eventBus()
              .<Object>consumer(PresenceListener.ADDRESS, this::asked)
              .completion()
              .onComplete(listening);
        });
    return listening.future();
  }

  /** Only this node's admin port asks, which has checked what it was asked. */
  private void askedForChannels(Message<JsonObject> message) {
    String prefix = message.body().getString("prefix");
    String after = message.body().getString("after");
    int limit = message.body().getInteger("limit");
    owned
        .counts(
            name -> channels.has(name) && name.startsWith(prefix) && name.compareTo(after) > 0,
            limit)
        .onSuccess(
            page -> {
              JsonObject answer = new JsonObject().put("channels", page);
              if (page.size() == limit) {
                answer.put("next", page.getJsonObject(limit - 1).getString("channel"));
              }
              message.reply(answer);
            })
        .onFailure(e -> message.fail(NO_ANSWER, Presence.words(e)));
  }

  private void asked(Message<Object> message) {
    JsonObject question = message.body() instanceof JsonObject json ? json : new JsonObject();
    Object channel = question.getValue("channel");
    Object after = question.getValue("after", "");
    Object limit = question.getValue("limit", USUAL_PAGE);
    if (!(channel instanceof String name)) {
      message.fail(BAD_QUESTION, "channel is an address");
    } else if (after != null && !(after instanceof String)) {
      message.fail(BAD_QUESTION, "after is the next of a page before");
    } else if (limit != null && !isLimit(limit)) {
      message.fail(BAD_QUESTION, "limit is a whole number from 1 to " + LARGEST_PAGE);
    } else if (!channels.has(name)) {
      message.fail(PresenceListener.NO_PRESENCE, "no rule gives the channel presence: " + name);
    } else {
      int most = limit == null ? USUAL_PAGE : ((Number) limit).intValue();
      nodes
          .list(name, after == null ? "" : (String) after, most)
          .onSuccess(message::reply)
          .onFailure(e -> message.fail(NO_ANSWER, Presence.words(e)));
    }
  }

  private static boolean isLimit(Object limit) {
    return limit instanceof Integer number && number >= 1 && number <= LARGEST_PAGE;
  }
}
