package io.busbar.hub;

import io.busbar.config.WorkerConfig;
import io.netty.util.concurrent.ScheduledFuture;
import io.vertx.core.eventbus.Message;
import io.vertx.core.eventbus.ReplyException;
import io.vertx.core.eventbus.ReplyFailure;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The workers of one address on this node, and the requests to it. A request goes to the worker
 * with the fewest requests, in turn among equals, or waits for one. It ends once: by an answer, a
 * failure, or forwarding to another node when no worker is left here. Owned by the channel's home
 * loop.
 */
final class WorkerPool {
  /**
   * Header with which a feature allows another worker to get its request when the first one dies.
   */
  static final String RETRY = "busbar-retry";

  /** Header with the number of workers on other nodes that have had the request. */
  static final String TRIES = "busbar-tries";

  private static final int MOST_TRIES = 3;

  /** Limit of the bytes of waiting requests; a request beyond it fails. */
  private static final long MOST_BYTES = 16 << 20;

  private final Channel channel;
  private final Loop home;
  private final WorkerConfig rule;
  private final WorkerCounters counters;
  private final OpenRequests open;
  private final Workers workers;

  /** Requests in their order of arrival, so that a returned request comes before later ones. */
  private final TreeMap<Long, WorkerRequest> waiting = new TreeMap<>();

  private long waitingBytes;
  private long number;

  /** Number of workers that will join soon. */
  private int coming;

  WorkerPool(Channel channel, WorkerConfig rule, WorkerCounters counters, OpenRequests open) {
    this.channel = channel;
    this.home = channel.home();
    this.rule = rule;
    this.workers = new Workers(rule.concurrency());
    this.counters = counters;
    this.open = open;
  }

  /** Will run the task on the pool's loop. Any thread may call it. */
  void post(Runnable task) {
    home.post(() -> home.context().emit(null, nothing -> task.run()));
  }

  static ReplyException failure(WorkerFailure why) {
    return new ReplyException(ReplyFailure.RECIPIENT_FAILURE, why.code(), why.words());
  }

  /** Adds a worker. It gets requests only after its session has heard that it is in. */
  void joins(Subscription subscription) {
    coming++;
    home.post(
        () -> {
          coming--;
          workers.add(new Worker(subscription));
          counters.workers(1);
          serve();
        });
  }

  /** Removes a worker. It gets no new requests, and may still answer those that it has. */
  void left(Subscription subscription) {
    Worker worker = workers.remove(subscription);
    if (worker != null) {
      worker.goes();
      counters.workers(-1);
      serve();
    }
  }

  /** Handles a request until it ends. */
  void request(Message<?> message, Payload payload) {
    boolean retry = rule.retry() || Boolean.parseBoolean(message.headers().get(RETRY));
    WorkerRequest request =
        new WorkerRequest(number++, message, payload, retry, tries(message.headers().get(TRIES)));
    counters.request();
    open.begins();
    if (isDeserted()) {
      handOn(request);
      return;
    }
    Worker worker = workers.next();
    if (worker != null) {
      give(request, worker);
    } else if (waiting.size() >= rule.waiting() || waitingBytes + request.size() > MOST_BYTES) {
      fail(request, WorkerFailure.TOO_MANY_WAIT);
    } else {
      await(request);
    }
  }

  private static int tries(@Nullable String header) {
    try {
      return header == null ? 0 : Integer.parseInt(header);
    } catch (NumberFormatException e) {
      return 0;
    }
  }

  /** Handles an answer of the worker; returns false when it is too late. */
  boolean answered(WorkerTask task) {
    if (!release(task)) {
      return false;
    }
    end(task.request());
    serve();
    return true;
  }

  /**
   * Handles a task that the worker will not answer.
   *
   * @param gone whether the worker will never answer anything
   */
  void abandoned(WorkerTask task, boolean gone) {
    if (!release(task)) {
      return;
    }
    if (gone) {
      workers.change(task.worker(), Worker::goes);
    }
    WorkerRequest request = task.request();
    if (request.mayBeRetried() && request.tries() < MOST_TRIES) {
      counters.retried();
      await(request);
    } else {
      fail(request, WorkerFailure.DIED);
    }
    serve();
  }

  /** Handles a worker that was gone before it got the task. */
  private void undelivered(WorkerTask task) {
    workers.change(task.worker(), Worker::goes);
    if (release(task)) {
      task.request().tries(-1);
      await(task.request());
      serve();
    }
  }

  /** Fails the task. A worker that was silent the whole time hangs, and gets no more requests. */
  private void overdue(WorkerTask task) {
    Worker worker = task.worker();
    if (!release(task)) {
      return;
    }
    fail(task.request(), WorkerFailure.TIMED_OUT);
    workers.change(worker, it -> it.doubted(true));
    Session session = worker.subscription().session();
    session
        .loop()
        .post(
            () -> {
              if (session.isAliveAfter(task)) {
                post(
                    () -> {
                      workers.change(worker, it -> it.doubted(false));
                      serve();
                    });
              }
            });
  }

  private void give(WorkerRequest request, Worker worker) {
    WorkerTask task = new WorkerTask(this, request, worker);
    Subscription subscription = worker.subscription();
    request.tries(1);
    workers.change(worker, it -> it.unanswered(1));
    counters.unanswered(1);
    request.timer(later(() -> overdue(task)));
    Fanout message =
        Fanout.forWorker(channel.address(), request.payload(), task, request.headers());
    if (!channel.encode(message, subscription.encoding())) {
      release(task);
      request.original().fail(-1, "the message cannot be encoded");
      end(request);
      return;
    }
    Session session = subscription.session();
    session
        .loop()
        .post(
            () -> {
              if (session.isClosed() || !subscription.deliverInOrder(message)) {
                post(() -> undelivered(task));
              }
            });
  }

  /** Takes the task from the worker; returns false when that was done before. */
  private boolean release(WorkerTask task) {
    if (!task.end()) {
      return false;
    }
    task.request().timer(null);
    workers.change(task.worker(), it -> it.unanswered(-1));
    counters.unanswered(-1);
    return true;
  }

  private void await(WorkerRequest request) {
    waiting.put(request.number(), request);
    waitingBytes += request.size();
    counters.waiting(1);
    request.timer(
        later(
            () -> {
              waiting.remove(request.number());
              waitsNoMore(request);
              fail(request, WorkerFailure.TIMED_OUT);
            }));
  }

  private void waitsNoMore(WorkerRequest request) {
    waitingBytes -= request.size();
    counters.waiting(-1);
    request.timer(null);
  }

  private ScheduledFuture<?> later(Runnable task) {
    return home.eventLoop()
        .schedule(
            () -> home.context().emit(null, nothing -> task.run()),
            rule.timeout().toMillis(),
            TimeUnit.MILLISECONDS);
  }

  /** Gives waiting requests to free workers. */
  void serve() {
    boolean deserted = isDeserted();
    while (!waiting.isEmpty()) {
      Worker worker = workers.next();
      if (worker == null && !deserted) {
        return;
      }
      WorkerRequest request = waiting.pollFirstEntry().getValue();
      waitsNoMore(request);
      if (worker == null) {
        handOn(request);
      } else {
        give(request, worker);
      }
    }
  }

  private boolean isDeserted() {
    return workers.isEmpty() && !isAnyComing();
  }

  private boolean isAnyComing() {
    return coming > 0 || channel.isComing();
  }

  private void fail(WorkerRequest request, WorkerFailure why) {
    counters.failed(why);
    request.original().reply(failure(why));
    end(request);
  }

  private void handOn(WorkerRequest request) {
    channel.handOn(request, rule, open::ends);
  }

  private void end(WorkerRequest request) {
    request.timer(null);
    open.ends();
  }
}
