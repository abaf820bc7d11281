package io.busbar.hub;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.eventbus.EventBus;
import io.vertx.core.eventbus.Message;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** Tells features of this node, when they ask, which sessions are here. It has no state. */
final class SessionFinder {
  static final String ADDRESS = "busbar.sessions";
  private static final int MOST = 10_000;

  private final List<Loop> loops;

  SessionFinder(List<Loop> loops) {
    this.loops = loops;
  }

  void open(EventBus bus) {
    bus.localConsumer(ADDRESS, this::answer);
  }

  /** Will answer {@code {"ids":[…]}} with an array of those that are sessions of this node. */
  private void answer(Message<Object> question) {
    if (!(question.body() instanceof JsonObject json)
        || !(json.getValue("ids") instanceof JsonArray ids)
        || ids.size() > MOST) {
      question.fail(400, "ask with {\"ids\":[]}, " + MOST + " at most");
      return;
    }
    Set<Object> asked = new HashSet<>(ids.getList());
    List<Future<List<String>>> parts = new ArrayList<>();
    for (Loop loop : loops) {
      Promise<List<String>> part = Promise.promise();
      loop.post(
          () ->
              part.complete(
                  loop.sessions().stream().map(Session::id).filter(asked::contains).toList()));
      parts.add(part.future());
    }
    Future.all(parts)
        .onSuccess(
            all ->
                question.reply(
                    new JsonArray(
                        new ArrayList<>(
                            all.<List<String>>list().stream().flatMap(List::stream).toList()))));
  }
}
