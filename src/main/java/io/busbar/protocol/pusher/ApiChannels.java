package io.busbar.protocol.pusher;

import io.busbar.config.ChannelRule;
import io.busbar.hub.History;
import io.busbar.hub.Hub;
import io.busbar.hub.Since;
import io.busbar.hub.StreamMessage;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.eventbus.DeliveryOptions;
import io.vertx.core.eventbus.EventBus;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The data about channels that backends may ask for, for the clients of all nodes. Any thread may
 * use it.
 */
final class ApiChannels {
  private static final int MOST_USERS = 100_000;
  private static final int PAGE = 1_000;
  private static final int QUESTIONS_AT_ONCE = 50;
  private static final long ANSWER_MILLIS = 5_000;
  private static final DeliveryOptions HERE =
      new DeliveryOptions().setLocalOnly(true).setSendTimeout(ANSWER_MILLIS);

  private final EventBus bus;
  private final Hub hub;
  private final PusherNodes nodes;

  ApiChannels(Vertx vertx, Hub hub, PusherNodes nodes) {
    this.bus = vertx.eventBus();
    this.hub = hub;
    this.nodes = nodes;
  }

  /** Will return {@code {"channels": {name: attributes}}} of the channels with listeners. */
  Future<JsonObject> all(PusherApp app, String prefix, Set<ApiInfo> info) {
    return nodes
        .channels(app, prefix)
        .compose(
            counts -> {
              JsonObject channels = new JsonObject();
              counts.forEach(
                  (name, count) -> {
                    JsonObject attributes = new JsonObject();
                    if (info.contains(ApiInfo.SUBSCRIPTION_COUNT)) {
                      attributes.put(ApiInfo.SUBSCRIPTION_COUNT.word(), count);
                    }
                    channels.put(name, attributes);
                  });
              JsonObject answer = new JsonObject().put("channels", channels);
              return info.contains(ApiInfo.USER_COUNT)
                  ? countUsers(app, channels).map(answer)
                  : Future.succeededFuture(answer);
            });
  }

  /** Adds the number of users to each channel, a limited number at a time. */
  private Future<Void> countUsers(PusherApp app, JsonObject channels) {
    Iterator<Map.Entry<String, Object>> left = List.copyOf(entries(channels)).iterator();
    List<Future<Void>> turns = new ArrayList<>();
    for (int i = 0; i < QUESTIONS_AT_ONCE; i++) {
      turns.add(countNext(app, left));
    }
    return Future.all(turns).mapEmpty();
  }

  private static List<Map.Entry<String, Object>> entries(JsonObject channels) {
    List<Map.Entry<String, Object>> entries = new ArrayList<>();
    channels.forEach(entries::add);
    return entries;
  }

  private Future<Void> countNext(PusherApp app, Iterator<Map.Entry<String, Object>> left) {
    if (!left.hasNext()) {
      return Future.succeededFuture();
    }
    Map.Entry<String, Object> next = left.next();
    return users(app, next.getKey())
        .compose(
            count -> {
              ((JsonObject) next.getValue()).put(ApiInfo.USER_COUNT.word(), count);
              return countNext(app, left);
            });
  }

  /** Will return {@code {"occupied": true}} with the requested attributes. */
  Future<JsonObject> one(PusherApp app, ChannelName channel, Set<ApiInfo> info) {
    return nodes
        .subscribers(app, channel.name())
        .compose(
            count -> {
              JsonObject answer = new JsonObject().put("occupied", count > 0);
              return attributes(app, channel, info, Future.succeededFuture(count))
                  .map(answer::mergeIn);
            });
  }

  /** Will return the requested attributes that such a channel has. */
  Future<JsonObject> attributes(PusherApp app, ChannelName channel, Set<ApiInfo> info) {
    Future<Integer> count =
        info.contains(ApiInfo.SUBSCRIPTION_COUNT)
            ? nodes.subscribers(app, channel.name())
            : Future.succeededFuture(0);
    return attributes(app, channel, info, count);
  }

  private Future<JsonObject> attributes(
      PusherApp app, ChannelName channel, Set<ApiInfo> info, Future<Integer> subscribers) {
    boolean users = info.contains(ApiInfo.USER_COUNT) && channel.hasPresence();
    boolean cache = info.contains(ApiInfo.CACHE) && channel.isCache();
    Future<Integer> here = users ? users(app, channel.name()) : Future.succeededFuture();
    Future<JsonObject> last = cache ? last(app, channel.name()) : Future.succeededFuture();
    return Future.all(subscribers, here, last)
        .map(
            done -> {
              JsonObject found = new JsonObject();
              if (users) {
                found.put(ApiInfo.USER_COUNT.word(), here.result());
              }
              if (info.contains(ApiInfo.SUBSCRIPTION_COUNT)) {
                found.put(ApiInfo.SUBSCRIPTION_COUNT.word(), subscribers.result());
              }
              return cache ? found.put(ApiInfo.CACHE.word(), last.result()) : found;
            });
  }

  private Future<Integer> users(PusherApp app, String channel) {
    return page(app, channel, "", 1).map(page -> page.getInteger("count"));
  }

  /** Will return {@code {"users": [{"id"}]}}. Fails with {@link NodeClients#TOO_MANY}. */
  Future<JsonObject> users(PusherApp app, ChannelName channel) {
    return more(app, channel.name(), "", new JsonArray())
        .map(users -> new JsonObject().put("users", users));
  }

  private Future<JsonArray> more(PusherApp app, String channel, String after, JsonArray users) {
    return page(app, channel, after, PAGE)
        .compose(
            page -> {
              for (Object each : page.getJsonArray("users")) {
                users.add(new JsonObject().put("id", ((JsonObject) each).getString("user")));
              }
              String next = page.getString("next");
              if (next == null) {
                return Future.succeededFuture(users);
              }
              return users.size() > MOST_USERS
                  ? Future.failedFuture(NodeClients.tooMany())
                  : more(app, channel, next, users);
            });
  }

  private Future<JsonObject> page(PusherApp app, String channel, String after, int limit) {
    return PresenceList.page(bus, app.address(channel), after, limit, HERE);
  }

  /**
   * Will return {@code {"data","ttl"}} of the last kept event, with the ttl in seconds; null for
   * none.
   */
  private Future<@Nullable JsonObject> last(PusherApp app, String channel) {
    String address = app.address(channel);
    History history = hub.history();
    if (history == null || !history.keeps(address)) {
      return Future.succeededFuture();
    }
    return history
        .read(address, Since.last(), 1)
        .map(page -> page.messages().isEmpty() ? null : cached(address, page.messages().get(0)));
  }

  private JsonObject cached(String address, StreamMessage message) {
    ChannelRule rule = hub.channelRules().of(address);
    long age = rule == null ? 0 : rule.kept().age().toMillis();
    long ends = message.millis() + age;
    long left = Math.max(0, ends - System.currentTimeMillis());
    return new JsonObject()
        .put("data", EventData.text(message.payload(), message.headers()))
        .put("ttl", left / 1_000);
  }
}
