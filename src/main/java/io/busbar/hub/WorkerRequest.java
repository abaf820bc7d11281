package io.busbar.hub;

import io.netty.util.concurrent.ScheduledFuture;
import io.vertx.core.MultiMap;
import io.vertx.core.eventbus.Message;
import org.jspecify.annotations.Nullable;

/**
 * A request to an address with workers, until it is answered or has failed. Owned by the home loop
 * of its channel.
 */
final class WorkerRequest {
  private final long number;
  private final Message<?> original;
  private final Payload payload;
  private final @Nullable MultiMap headers;
  private final boolean retry;
  private int tries;
  private @Nullable ScheduledFuture<?> timer;

  /**
   * @param number its number in the order of arrival
   * @param retry whether another worker may get it when the first one dies
   * @param tries number of workers on other nodes that have had it
   */
  WorkerRequest(long number, Message<?> original, Payload payload, boolean retry, int tries) {
    this.number = number;
    this.original = original;
    this.payload = payload;
    this.headers = Identity.forWorkers(original.headers());
    this.retry = retry;
    this.tries = tries;
  }

  long number() {
    return number;
  }

  Message<?> original() {
    return original;
  }

  Payload payload() {
    return payload;
  }

  /** Returns the approximate size of the request, in bytes. */
  int size() {
    return payload.json().length;
  }

  /** Returns the headers for the worker; null for none. */
  @Nullable MultiMap headers() {
    return headers;
  }

  boolean mayBeRetried() {
    return retry;
  }

  /** Returns the number of workers that have had it, including the current one. */
  int tries() {
    return tries;
  }

  void tries(int change) {
    tries += change;
  }

  /** Sets the timer of its time limit, and cancels the one before. */
  void timer(@Nullable ScheduledFuture<?> next) {
    if (timer != null) {
      timer.cancel(false);
    }
    timer = next;
  }
}
