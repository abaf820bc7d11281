package io.busbar.stream;

import io.busbar.hub.Position;
import io.vertx.core.eventbus.EventBus;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Tells all nodes the newest position of each stream that has changed, several times after the
 * change. So a node that missed the last message still hears of it. Any thread may use it.
 */
final class StreamHeads {
  private static final String ADDRESS = "busbar.streams.heads";
  private static final long TICK_MILLIS = 1_000;
  private static final int MOST_IN_A_MESSAGE = 1_000;

  /** The position is told this many ticks after the change. */
  private static final List<Integer> TOLD_AFTER = List.of(1, 3, 10, 30);

  private static final String STREAM = "stream";
  private static final String EPOCH = "epoch";
  private static final String OFFSET = "offset";

  private record Moved(Position head, int ticks) {}

  private final Streams streams;
  private final EventBus bus;
  private final Map<String, Moved> moved = new ConcurrentHashMap<>();

  StreamHeads(Streams streams) {
    this.streams = streams;
    this.bus = streams.vertx().eventBus();
  }

  void start() {
    streams.vertx().setPeriodic(TICK_MILLIS, timer -> tick());
    streams
        .loopOf("")
        .runOnContext(
            nothing ->
                bus.<JsonArray>consumer(
                    ADDRESS, changedHeads -> headsReceived(changedHeads.body())));
  }

  /** Called on the stream's loop. */
  void moved(Stream stream) {
    Position head = stream.head();
    moved.compute(
        stream.name(),
        (name, before) ->
            before != null && before.head().equals(head) ? before : new Moved(head, 0));
  }

  private void tick() {
    List<JsonObject> changedHeads = new ArrayList<>();
    moved.replaceAll((name, one) -> new Moved(one.head(), one.ticks() + 1));
    moved.forEach(
        (name, one) -> {
          if (TOLD_AFTER.contains(one.ticks())) {
            Position head = one.head();
            changedHeads.add(
                new JsonObject()
                    .put(STREAM, name)
                    .put(EPOCH, head.epoch())
                    .put(OFFSET, head.offset()));
          }
        });
    int last = TOLD_AFTER.get(TOLD_AFTER.size() - 1);
    moved.values().removeIf(one -> one.ticks() > last);
    for (int at = 0; at < changedHeads.size(); at += MOST_IN_A_MESSAGE) {
      int end = Math.min(changedHeads.size(), at + MOST_IN_A_MESSAGE);
      bus.publish(ADDRESS, new JsonArray(changedHeads.subList(at, end)));
    }
  }

  private void headsReceived(JsonArray heads) {
    for (int i = 0; i < heads.size(); i++) {
      JsonObject one = heads.getJsonObject(i);
      Position head = new Position(one.getString(EPOCH), one.getLong(OFFSET));
      streams.headOf(one.getString(STREAM), head);
    }
  }
}
