package io.busbar.admin;

import io.busbar.hub.History;
import io.busbar.hub.History.StreamView;
import io.vertx.core.Future;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * {@code /api/streams}: the streams that live on this node. Used by the admin verticle's event
 * loop.
 */
final class StreamsApi {
  private final @Nullable History history;

  /**
   * @param history null if no channel is a stream
   */
  StreamsApi(@Nullable History history) {
    this.history = history;
  }

  void mount(Router router) {
    router.get("/api/streams").handler(this::list);
  }

  private void list(RoutingContext routing) {
    int limit = Query.limit(routing);
    if (limit < 0) {
      return;
    }
    Future<List<StreamView>> page =
        history == null
            ? Future.succeededFuture(List.of())
            : history.streams(
                Query.parameter(routing, "prefix"), Query.parameter(routing, "after"), limit);
    page.onSuccess(
            streams ->
                Answers.json(
                    routing,
                    200,
                    Answers.page("streams", streams, limit, StreamsApi::json, StreamView::name)))
        .onFailure(routing::fail);
  }

  private static JsonObject json(StreamView view) {
    boolean keeps = view.messages() > 0;
    return new JsonObject()
        .put("name", view.name())
        .put("messages", view.messages())
        .put("bytes", view.bytes())
        .put("first", view.first())
        .put("head", view.head())
        .put("oldest", keeps ? Instant.ofEpochMilli(view.oldestMillis()).toString() : null);
  }
}
