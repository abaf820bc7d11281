package io.busbar.protocol.stomp;

import io.busbar.config.StompConfig.Queues;
import io.vertx.core.AsyncResult;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * What this node asks of one queue and has no answer to, in its order. When the queue has moved, or
 * the node that runs it does not answer, all of it is asked again. Owned by this node's event loop
 * for the address.
 */
final class QueueCalls {
  private static final long AGAIN_MILLIS = 100;
  private static final long PATIENCE_MILLIS = 60_000;

  private static final class Asked {
    private final Promise<Void> promise = Promise.promise();
    private final long until = System.currentTimeMillis() + PATIENCE_MILLIS;
    private QueueCall call;
    private boolean maybeDone;
    private int attempt;

    private Asked(QueueCall call) {
      this.call = call;
    }

    private int size() {
      return call.message() == null ? 0 : call.message().size();
    }
  }

  private final String queue;
  private final QueueCluster cluster;
  private final Queues limits;
  private final Context owner;
  private final Set<Asked> open = new LinkedHashSet<>();
  private String home;
  private long bytes;
  private int attempt;
  private boolean waiting;

  QueueCalls(String queue, QueueCluster cluster, Queues limits, Context owner) {
    this.queue = queue;
    this.cluster = cluster;
    this.limits = limits;
    this.owner = owner;
  }

  String queue() {
    return queue;
  }

  boolean isEmpty() {
    return open.isEmpty();
  }

  /** Completes with the queue's answer; fails when none comes for long. */
  Future<Void> ask(QueueCall call) {
    Asked asked = new Asked(call);
    boolean full = open.size() >= limits.messages() || bytes + asked.size() > limits.size().bytes();
    if (full && call.message() != null) {
      return QueueCall.refused("the queue is full: " + queue);
    }
    open.add(asked);
    bytes += asked.size();
    if (!waiting) {
      send(asked);
    }
    return asked.promise.future();
  }

  private void send(Asked asked) {
    int now = attempt;
    asked.maybeDone = true;
    asked.attempt = now;
    home = cluster.homeOf(queue);
    cluster.put(home, asked.call).onComplete(result -> run(() -> answered(asked, now, result)));
  }

  private void run(Runnable task) {
    owner.runOnContext(nothing -> task.run());
  }

  private void answered(Asked asked, int when, AsyncResult<Void> result) {
    int code = QueueCall.code(result.cause());
    boolean known = result.succeeded() || code == QueueCall.REFUSED || code == QueueCall.UNKNOWN;
    if (known) {
      end(asked, result);
      return;
    }
    if (code == QueueCall.ELSEWHERE && when == asked.attempt) {
      asked.maybeDone = false;
    }
    if (when == attempt) {
      askAgainSoon();
    }
  }

  private void end(Asked asked, AsyncResult<Void> result) {
    if (open.remove(asked)) {
      bytes -= asked.size();
      asked.promise.handle(result);
      cluster.forgetIfIdle(this);
    }
  }

  private void askAgainSoon() {
    if (!waiting) {
      waiting = true;
      attempt++;
      owner.owner().setTimer(AGAIN_MILLIS, timer -> run(this::askAgain));
    }
  }

  private void askAgain() {
    waiting = false;
    long now = System.currentTimeMillis();
    for (Asked asked : List.copyOf(open)) {
      asked.call = asked.maybeDone ? asked.call.repeated() : asked.call;
      if (now > asked.until) {
        end(asked, QueueCall.refused("the node that runs the queue does not answer: " + queue));
      } else {
        send(asked);
      }
    }
  }

  /** What waits for the answer of a node that does not run the queue any more is asked again. */
  void homesChanged() {
    String now = cluster.homeOf(queue);
    if (!open.isEmpty() && now != null && !now.equals(home)) {
      askAgainSoon();
    }
  }
}
