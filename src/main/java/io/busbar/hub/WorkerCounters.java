package io.busbar.hub;

import java.util.concurrent.atomic.LongAdder;

/** What is counted of one address with workers. Any thread may add. */
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

  /** Workers that are here and take requests. */
  public long workerCount() {
    return workers.sum();
  }

  /** Requests that came to this node's workers. */
  public long requestCount() {
    return requests.sum();
  }

  /** Requests that wait for a worker. */
  public long waitingCount() {
    return waiting.sum();
  }

  /** Requests that workers have and may still answer in time. */
  public long unansweredCount() {
    return unanswered.sum();
  }

  /** Requests that went to another worker when theirs had died. */
  public long retriedCount() {
    return retried.sum();
  }

  public long failedCount(WorkerFailure why) {
    return failed[why.ordinal()].sum();
  }
}
