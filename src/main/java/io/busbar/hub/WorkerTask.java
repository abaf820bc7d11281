package io.busbar.hub;

import io.vertx.core.Future;
import io.vertx.core.MultiMap;
import io.vertx.core.Promise;
import io.vertx.core.eventbus.DeliveryOptions;
import io.vertx.core.eventbus.Message;

/**
 * A request at one worker: the message that its session owes an answer to. Any thread may answer
 * it; the pool handles the result on its own loop, and only the first one counts.
 */
final class WorkerTask implements Message<Object> {
  private final WorkerPool pool;
  private final WorkerRequest request;
  private final Worker worker;

  /** Owned by the pool's loop. */
  private boolean over;

  /** Owned by the session's event loop. */
  private long receivedBefore;

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

  /** Marks the end; returns false when it was marked before. */
  boolean end() {
    boolean first = !over;
    over = true;
    return first;
  }

  /** Notes that the session has the task. */
  void delivered(long receivedSoFar) {
    receivedBefore = receivedSoFar;
  }

  /** Returns the number of messages from the client when it got the task. */
  long receivedBefore() {
    return receivedBefore;
  }

  /** Notes that the session will not answer any more. Any thread may call it. */
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
