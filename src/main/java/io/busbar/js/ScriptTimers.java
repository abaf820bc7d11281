package io.busbar.js;

import io.vertx.core.Vertx;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.graalvm.polyglot.Value;

/** The timers of one script. Owned by the script's event loop. */
final class ScriptTimers {
  private static final double LONGEST = 1L << 42;

  private final Script script;
  private final Vertx vertx;
  private final Set<Long> running = new HashSet<>();

  ScriptTimers(Script script, Vertx vertx, HostFunctions functions) {
    this.script = script;
    this.vertx = vertx;
    functions.add("timer", this::begin);
    functions.add("cancel", this::cancel);
  }

  private Object begin(Value... arguments) {
    long millis = (long) Math.max(1, Math.min(arguments[0].asDouble(), LONGEST));
    Value handler = arguments[1];
    boolean periodic = arguments[2].asBoolean();
    long begun =
        periodic
            ? vertx.setPeriodic(millis, id -> script.enter(() -> handler.executeVoid(id)))
            : vertx.setTimer(
                millis,
                id -> {
                  running.remove(id);
                  script.enter(() -> handler.executeVoid(id));
                });
    running.add(begun);
    return begun;
  }

  private Object cancel(Value... arguments) {
    long id = arguments[0].fitsInLong() ? arguments[0].asLong() : -1;
    return running.remove(id) && vertx.cancelTimer(id);
  }

  void close() {
    List.copyOf(running).forEach(vertx::cancelTimer);
    running.clear();
  }
}
