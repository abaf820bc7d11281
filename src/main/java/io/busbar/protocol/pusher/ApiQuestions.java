package io.busbar.protocol.pusher;

import io.busbar.protocol.pusher.ApiPath.Operation;
import io.vertx.core.Future;
import io.vertx.core.json.JsonObject;
import java.util.Set;

/** Validates and answers the queries of an app's backends. Any thread may use it. */
final class ApiQuestions {
  private static final String FILTER = "filter_by_prefix";
  private static final String INFO = "info";
  private static final String PRESENCE = "presence-";

  private final PusherApp app;
  private final ApiChannels channels;

  ApiQuestions(PusherApp app, ApiChannels channels) {
    this.app = app;
    this.channels = channels;
  }

  /** Will answer the query of that path. */
  Future<JsonObject> answer(Operation operation, String named, ApiQuery query) throws ApiException {
    return switch (operation) {
      case CHANNELS -> channels(query);
      case CHANNEL -> channel(named, query);
      default -> users(named, query);
    };
  }

  private Future<JsonObject> channels(ApiQuery query) throws ApiException {
    query.allowOnly(Set.of(FILTER, INFO));
    String prefix = query.get(FILTER) == null ? "" : query.get(FILTER);
    Set<ApiInfo> info = ApiInfo.of(query.get(INFO));
    if (info.contains(ApiInfo.USER_COUNT) && !prefix.startsWith(PRESENCE)) {
      throw ApiException.bad(
          "user_count may only be requested for presence channels - please supply"
              + " filter_by_prefix beginning with presence-");
    }
    if (info.contains(ApiInfo.CACHE)) {
      throw ApiException.bad("cache may only be requested for one channel");
    }
    return channels.all(app, prefix, info);
  }

  private Future<JsonObject> channel(String name, ApiQuery query) throws ApiException {
    query.allowOnly(Set.of(INFO));
    ChannelName channel = named(name);
    Set<ApiInfo> info = ApiInfo.of(query.get(INFO));
    if (info.contains(ApiInfo.USER_COUNT) && !channel.hasPresence()) {
      throw ApiException.bad(
          "Cannot retrieve the user count unless the channel is a presence channel");
    }
    if (info.contains(ApiInfo.CACHE) && !channel.isCache()) {
      throw ApiException.bad("Cannot retrieve the cache unless the channel is a cache channel");
    }
    return channels.one(app, channel, info);
  }

  private Future<JsonObject> users(String name, ApiQuery query) throws ApiException {
    query.allowOnly(Set.of());
    ChannelName channel = named(name);
    if (!channel.hasPresence()) {
      throw ApiException.bad("Users can only be retrieved for presence channels");
    }
    return channels.users(app, channel);
  }

  private ChannelName named(String name) throws ApiException {
    ChannelName channel = ChannelName.of(name);
    if (channel == null || channel.user() != null || !app.mayPublish(name)) {
      throw ApiException.bad("There can be no channel of that name");
    }
    return channel;
  }
}
