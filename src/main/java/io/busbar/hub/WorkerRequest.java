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
   * @param number of its place among those that came here
   * @param retry whether it may go to another worker when its own dies
   * @param tries workers that have had it before it came here
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

  /** Bytes of what is asked, about. */
  int size() {
    return payload.json().length;
  }

  /** What a worker is told of its headers; null for none. */
  @Nullable MultiMap headers() {
    return headers;
  }

  boolean mayBeRetried() {
    return retry;
  }

  /** Workers that have had it, the one that has it among them. */
  int tries() {
    return tries;
  }

  void tries(int change) {
    tries += change;
  }

  /** What ends its time; takes the place of what did so before. */
  void timer(@Nullable ScheduledFuture<?> next) {
    if (timer != null) {
      timer.cancel(false);
    }
    timer = next;
  }
}
