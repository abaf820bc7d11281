package io.busbar.admin;

import io.busbar.queue.QueueDirectory;
import io.busbar.queue.Queues;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import org.jspecify.annotations.Nullable;

/**
 * {@code /api/queues}: lists the queues of all nodes and their messages, and moves or purges
 * waiting messages. A slash in a queue's name is written {@code %2F}. Used by the admin verticle's
 * event loop.
 */
final class QueuesApi {
  private static final String QUEUE = "/api/queues/:name";

  private final QueueDirectory queues;
  private final int longestName;

  QueuesApi(QueueDirectory queues, int longestName) {
    this.queues = queues;
    this.longestName = longestName;
  }

  void mount(Router router) {
    router.get("/api/queues").handler(this::list);
    router.get(QUEUE).handler(this::describe);
    router.get(QUEUE + "/messages").handler(this::browse);
    router.delete(QUEUE + "/messages").handler(this::purge);
    router.post(QUEUE + "/move").handler(this::move);
  }

  private void list(RoutingContext routing) {
    int limit = Query.limit(routing);
    if (limit < 0) {
      return;
    }
    String prefix = Query.parameter(routing, "prefix");
    queues
        .list(prefix, Query.parameter(routing, "after"), limit)
        .onSuccess(
            page ->
                Answers.json(
                    routing,
                    200,
                    Answers.page(
                        "queues", page, limit, queue -> queue, queue -> queue.getString("name"))))
        .onFailure(routing::fail);
  }

  private void describe(RoutingContext routing) {
    queues
        .describe(name(routing))
        .onSuccess(queue -> Answers.json(routing, 200, queue))
        .onFailure(cause -> failed(routing, cause));
  }

  private void browse(RoutingContext routing) {
    int limit = Query.limit(routing);
    if (limit < 0) {
      return;
    }
    queues
        .browse(name(routing), limit)
        .onSuccess(messages -> Answers.json(routing, 200, messages))
        .onFailure(cause -> failed(routing, cause));
  }

  private void purge(RoutingContext routing) {
    queues
        .purge(name(routing))
        .onSuccess(count -> Answers.json(routing, 200, new JsonObject().put("purged", count)))
        .onFailure(cause -> failed(routing, cause));
  }

  private void move(RoutingContext routing) {
    String to = Query.parameter(routing, "to");
    String wrong = wrong(name(routing), to);
    if (wrong != null) {
      Answers.error(routing, 400, wrong);
      return;
    }
    queues
        .move(name(routing), to)
        .onSuccess(count -> Answers.json(routing, 200, new JsonObject().put("moved", count)))
        .onFailure(cause -> failed(routing, cause));
  }

  /** Returns why messages cannot go to that queue; null if they can. */
  private @Nullable String wrong(String from, String to) {
    if (to.isEmpty() || to.length() > longestName) {
      return "to must have 1 to " + longestName + " characters";
    }
    if (Queues.isOurs(to)) {
      return "to must not begin with busbar.: that is the gateway's";
    }
    return to.equals(from) ? "to must be another queue" : null;
  }

  private static String name(RoutingContext routing) {
    return routing.pathParam("name");
  }

  private static void failed(RoutingContext routing, Throwable cause) {
    if (QueueDirectory.isUnknown(cause)) {
      Answers.error(routing, 404, "there is no queue " + name(routing));
    } else if (QueueDirectory.isRefused(cause)) {
      Answers.error(routing, 409, Queues.words(cause));
    } else {
      routing.fail(cause);
    }
  }
}
