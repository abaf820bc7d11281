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
  private final ComponentStatus components;
  private final Health health;
  private final AlertBoard board;
  private final SampleHistory history = new SampleHistory();
  private List<JsonObject> neglected = List.of();
  private long routeLosses;
  private long ticks;

  /** The last look at the node, which may still be under way; null before the first one. */
  private @Nullable Future<NodeStatus> looking;

  NodeWatch(
      Vertx vertx,
      Hub hub,
      Queues queues,
      EventLoops loops,
      ComponentStatus components,
      Health health,
      AlertBoard board) {
    this.vertx = vertx;
    this.hub = hub;
    this.queues = queues;
    this.loops = loops;
    this.components = components;
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
    history.add(Sample.now(hub, queues, loops, routeLosses));
  }

  /** Returns the stored numbers. */
  SampleHistory history() {
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
  Future<NodeStatus> look() {
    if (looking == null || looking.isComplete()) {
      looking = status().onSuccess(this::judge);
    }
    return looking;
  }

  private void judge(NodeStatus status) {
    routeLosses = NodeStatus.routeLosses(status.rabbitMq());
    board.become(Alerts.of(status), Instant.now());
  }

  private Future<NodeStatus> status() {
    Future<@Nullable JsonObject> cluster = components.cluster().otherwiseEmpty();
    Future<@Nullable JsonObject> rabbitMq = components.rabbitMq().otherwiseEmpty();
    Future<@Nullable JsonObject> webhooks = components.webhooks().otherwiseEmpty();
    Future<List<String>> obstacles = health.obstacles();
    return Future.all(cluster, rabbitMq, webhooks, obstacles)
        .map(
            all ->
                new NodeStatus(
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
