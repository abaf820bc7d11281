package io.busbar.admin;

import io.busbar.hub.Hub;
import io.busbar.queue.Queues;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The observer of this node. It stores the node's numbers once a second. Every ten seconds, and
 * when {@link #look} is called, it decides which alerts there are. Used by the admin verticle's
 * event loop.
 */
final class NodeWatch {
  private static final long INTERVAL_MILLIS = 1_000;
  private static final int TICKS_A_LOOK = 10;
  private static final int MOST_NEGLECTED = 20;

  private final Vertx vertx;
  private final Hub hub;
  private final Queues queues;
  private final EventLoops loops;
  private final Neighbours neighbours;
  private final Health health;
  private final AlertBoard board;
  private final NumbersHistory history = new NumbersHistory();
  private List<JsonObject> neglected = List.of();
  private long routeLosses;
  private long ticks;

  /** The last look at the node, which may still be under way; null before the first one. */
  private @Nullable Future<Situation> looking;

  NodeWatch(
      Vertx vertx,
      Hub hub,
      Queues queues,
      EventLoops loops,
      Neighbours neighbours,
      Health health,
      AlertBoard board) {
    this.vertx = vertx;
    this.hub = hub;
    this.queues = queues;
    this.loops = loops;
    this.neighbours = neighbours;
    this.health = health;
    this.board = board;
  }

  void start() {
    sample();
    vertx.setPeriodic(INTERVAL_MILLIS, timer -> tick());
  }

  private void tick() {
    sample();
    if (++ticks % TICKS_A_LOOK == 0) {
      queues
          .directory()
          .neglected(Alerts.NEGLECTED_MILLIS, MOST_NEGLECTED)
          .onSuccess(found -> neglected = found)
          .onComplete(found -> look());
    }
  }

  private void sample() {
    history.add(Numbers.now(hub, queues, loops, routeLosses));
  }

  /** Returns the stored numbers. */
  NumbersHistory history() {
    return history;
  }

  /** Returns the alerts as the last look found them. */
  AlertBoard board() {
    return board;
  }

  /**
   * Will return the node's situation when its alerts are decided. Calls during a look get the
   * result of that look.
   */
  Future<Situation> look() {
    if (looking == null || looking.isComplete()) {
      looking = situation().onSuccess(this::judge);
    }
    return looking;
  }

  private void judge(Situation situation) {
    routeLosses = Situation.routeLosses(situation.rabbitMq());
    board.become(Alerts.of(situation), Instant.now());
  }

  private Future<Situation> situation() {
    Future<@Nullable JsonObject> cluster = neighbours.cluster().otherwiseEmpty();
    Future<@Nullable JsonObject> rabbitMq = neighbours.rabbitMq().otherwiseEmpty();
    Future<@Nullable JsonObject> webhooks = neighbours.webhooks().otherwiseEmpty();
    Future<List<String>> obstacles = health.obstacles();
    return Future.all(cluster, rabbitMq, webhooks, obstacles)
        .map(
            all ->
                new Situation(
                    history.latest(),
                    history.minuteAgo(),
                    history.heapFloor(),
                    Runtime.getRuntime().maxMemory(),
                    obstacles.result(),
                    cluster.result(),
                    rabbitMq.result(),
                    webhooks.result(),
                    neglected));
  }
}
