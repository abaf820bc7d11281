package io.busbar.hub;

import io.vertx.core.eventbus.EventBus;
import io.vertx.core.eventbus.Message;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * The answers to features of this node that ask which sessions exist. It has no state. Any thread
 * may use it.
 */
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
    Loop.ask(
            loops,
            loop -> loop.sessions().stream().map(Session::id).filter(asked::contains).toList())
        .onSuccess(all -> question.reply(new JsonArray(all)));
  }
}
