package io.busbar.hub;

import io.vertx.core.Future;
import io.vertx.core.MultiMap;
import io.vertx.core.Promise;
import io.vertx.core.eventbus.DeliveryOptions;
import io.vertx.core.eventbus.Message;

/**
 * A request as one worker has it: the message that its session owes an answer to. What becomes of
 * it the pool is told, on its own loop; only the first word counts.
 */
final class WorkerTask implements Message<Object> {
  private final WorkerPool pool;
  private final WorkerRequest request;
  private final Worker worker;

  /** Owned by the pool. */
  private boolean over;

  /** Owned by the session. */
  private long heardBefore;

  WorkerTask(WorkerPool pool, WorkerRequest request, Worker worker) {
    this.pool = pool;
    this.request = request;
    this.worker = worker;
  }

  WorkerRequest request() {
    return request;
  }

  Worker worker() {
    return worker;
  }

  /** Marks the end; false when it was marked before. */
  boolean end() {
    boolean first = !over;
    over = true;
    return first;
  }

  /** The session has it. */
  void delivered(long heardSoFar) {
    heardBefore = heardSoFar;
  }

  /** How much the session had heard of its client when it told it of this. */
  long heardBefore() {
    return heardBefore;
  }

  /** The session will not answer any more. Any thread may call. */
  void abandon(boolean gone) {
    pool.post(() -> pool.abandoned(this, gone));
  }

  @Override
  public String address() {
    return request.original().address();
  }

  @Override
  public MultiMap headers() {
    return request.original().headers();
  }

  @Override
  public Object body() {
    return request.original().body();
  }

  @Override
  public String replyAddress() {
    return request.original().replyAddress();
  }

  @Override
  public boolean isSend() {
    return true;
  }

  @Override
  public void reply(Object message, DeliveryOptions options) {
    pool.post(
        () -> {
          if (pool.answered(this)) {
            request.original().reply(message, options);
          }
        });
  }

  @Override
  public <R> Future<Message<R>> replyAndRequest(Object message, DeliveryOptions options) {
    Promise<Message<R>> next = worker.subscription().session().loop().context().promise();
    pool.post(
        () -> {
          if (pool.answered(this)) {
            request.original().<R>replyAndRequest(message, options).onComplete(next);
          } else {
            next.fail(WorkerPool.failure(WorkerFailure.TIMED_OUT));
          }
        });
    return next.future();
  }
}
