package io.busbar.hub;

/**
 * The reason why a request fails without an answer of a worker: a code and a text for the sender.
 */
public enum WorkerFailure {
  /** Its worker's connection has ended. Nobody knows how much of the work was done. */
  DIED(502, "the worker has gone without an answer"),
  TOO_MANY_WAIT(503, "too many requests wait for a worker"),
  /** No worker was free in time, or the worker did not answer in time. */
  TIMED_OUT(504, "no worker has answered in time");

  private final int code;
  private final String words;

  WorkerFailure(int code, String words) {
    this.code = code;
    this.words = words;
  }

  public int code() {
    return code;
  }

  public String words() {
    return words;
  }
}
