package io.busbar.admin;

import io.busbar.hub.WorkerAddresses;
import io.busbar.hub.WorkerFailure;
import java.util.Locale;

/** The metrics of the addresses that have workers, by address. */
final class WorkerMetrics {
  private WorkerMetrics() {}

  static void add(Series series, WorkerAddresses addresses) {
    if (addresses.isEmpty()) {
      return;
    }
    Series.Family workers =
        series.gauge("busbar_workers", "Workers of this node that take requests.");
    Series.Family waiting =
        series.gauge("busbar_worker_waiting", "Requests that wait for a worker of this node.");
    Series.Family unanswered =
        series.gauge("busbar_worker_unanswered", "Requests that workers of this node have.");
    Series.Family requests =
        series.counter("busbar_worker_requests", "Requests that came to workers of this node.");
    Series.Family retried =
        series.counter(
            "busbar_worker_retried", "Requests that went to another worker when theirs had died.");
    Series.Family failed =
        series.counter(
            "busbar_worker_failed", "Requests that failed without an answer of a worker.");
    addresses.forEach(
        (address, counters) -> {
          workers.at(counters.workerCount(), "address", address);
          waiting.at(counters.waitingCount(), "address", address);
          unanswered.at(counters.unansweredCount(), "address", address);
          requests.at(counters.requestCount(), "address", address);
          retried.at(counters.retriedCount(), "address", address);
          for (WorkerFailure why : WorkerFailure.values()) {
            String reason = why.name().toLowerCase(Locale.ROOT);
            failed.at(counters.failedCount(why), "address", address, "reason", reason);
          }
        });
  }
}
