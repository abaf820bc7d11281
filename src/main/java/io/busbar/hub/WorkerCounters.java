package io.busbar.hub;

import java.util.concurrent.atomic.LongAdder;

/** The counters of one address with workers. Any thread may use it. */
public final class WorkerCounters {
  private final LongAdder workers = new LongAdder();
  private final LongAdder requests = new LongAdder();
  private final LongAdder waiting = new LongAdder();
  private final LongAdder unanswered = new LongAdder();
  private final LongAdder retried = new LongAdder();
  private final LongAdder[] failed = new LongAdder[WorkerFailure.values().length];

  WorkerCounters() {
    for (int i = 0; i < failed.length; i++) {
      failed[i] = new LongAdder();
    }
  }

  void workers(int change) {
    workers.add(change);
  }

  void request() {
    requests.increment();
  }

  void waiting(int change) {
    waiting.add(change);
  }

  void unanswered(int change) {
    unanswered.add(change);
  }

  void retried() {
    retried.increment();
  }

  void failed(WorkerFailure why) {
    failed[why.ordinal()].increment();
  }

  /** Returns the number of workers that take requests. */
  public long workerCount() {
    return workers.sum();
  }

  /** Returns the number of requests that came to this node's workers. */
  public long requestCount() {
    return requests.sum();
  }

  /** Returns the number of requests that wait for a worker. */
  public long waitingCount() {
    return waiting.sum();
  }

  /** Returns the number of requests that workers may still answer in time. */
  public long unansweredCount() {
    return unanswered.sum();
  }

  /** Returns the number of requests that went to another worker because theirs had died. */
  public long retriedCount() {
    return retried.sum();
  }

  public long failedCount(WorkerFailure why) {
    return failed[why.ordinal()].sum();
  }
}
