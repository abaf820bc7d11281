package io.busbar.hub;

/** Why a request to workers fails without an answer of theirs: a code and words for the sender. */
public enum WorkerFailure {
  /** Its worker's connection has ended. What it has done of it by then nobody knows. */
  DIED(502, "the worker has gone without an answer"),
  TOO_MANY_WAIT(503, "too many requests wait for a worker"),
  /** No worker was free in time, or the one that has it did not answer in time. */
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
