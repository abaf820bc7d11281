package io.busbar.protocol.pusher;

import io.busbar.config.PusherConfig;
import io.busbar.hub.Hub;
import io.busbar.hub.PresenceChannels;
import io.vertx.core.Future;
import io.vertx.core.eventbus.ReplyException;
import io.vertx.core.eventbus.ReplyFailure;
import io.vertx.core.json.JsonObject;
import java.util.function.Predicate;

/**
 * Answers queries about this node's clients, and ends connections, for any node. The app need not
 * be in this node's config, because clients of all protocols count. Any thread may use it.
 */
final class NodeClients {
  /** Maximum number of channels in a list, for one node and for all nodes together. */
  static final int MOST_CHANNELS = 50_000;

  static final int TOO_MANY = 413;

  private static final String WHAT = "what";
  private static final String COUNT = "count";
  private static final String LIST = "list";
  private static final String END = "end";

  private final Hub hub;
  private final PusherUsers users;

  NodeClients(Hub hub, PusherUsers users) {
    this.hub = hub;
    this.users = users;
  }

  /** Returns a query for the number of clients that listen to an address: {@code {"count"}}. */
  static JsonObject count(String address) {
    return new JsonObject().put(WHAT, COUNT).put("address", address);
  }

  /**
   * Returns a query for the app's channels with that prefix: {@code {"channels": {name: count}}}.
   */
  static JsonObject list(PusherApp app, String prefix) {
    PusherConfig.Addresses addresses = app.config().addresses();
    return new JsonObject()
        .put(WHAT, LIST)
        .put("before", addresses.before())
        .put("after", addresses.after())
        .put("prefix", prefix);
  }

  /** Returns a request to end all connections of a user: {@code {"count"}}. */
  static JsonObject end(PusherApp app, String user) {
    return new JsonObject().put(WHAT, END).put("app", app.id()).put("user", user);
  }

  Future<JsonObject> answer(JsonObject question) {
    return switch (question.getString(WHAT)) {
      case COUNT ->
          hub.inspector().subscribers(question.getString("address")).map(NodeClients::counted);
      case LIST ->
          channels(
              new PusherConfig.Addresses(question.getString("before"), question.getString("after")),
              question.getString("prefix"));
      case END ->
          users
              .end(question.getString("app"), question.getString("user"))
              .map(NodeClients::counted);
      default -> throw new IllegalArgumentException("no such question");
    };
  }

  private static JsonObject counted(int count) {
    return new JsonObject().put("count", count);
  }

  private Future<JsonObject> channels(PusherConfig.Addresses addresses, String prefix) {
    Predicate<String> wanted =
        address -> {
          String name = addresses.channel(address);
          return name != null
              && name.startsWith(prefix)
              && isChannel(name)
              && !Hub.isInternal(address)
              && !address.startsWith(PresenceChannels.PREFIX);
        };
    return hub.inspector()
        .subscribers(wanted, MOST_CHANNELS)
        .compose(
            found -> {
              if (found.size() > MOST_CHANNELS) {
                return Future.failedFuture(tooMany());
              }
              JsonObject channels = new JsonObject();
              found.forEach((address, count) -> channels.put(addresses.channel(address), count));
              return Future.succeededFuture(new JsonObject().put("channels", channels));
            });
  }

  private static boolean isChannel(String name) {
    ChannelName channel = ChannelName.of(name);
    return channel != null && channel.user() == null;
  }

  static ReplyException tooMany() {
    return new ReplyException(
        ReplyFailure.RECIPIENT_FAILURE, TOO_MANY, "more than " + MOST_CHANNELS + " channels");
  }
}
