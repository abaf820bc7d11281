package io.busbar.hub;

import io.vertx.core.eventbus.ReplyException;
import io.vertx.core.eventbus.ReplyFailure;

/** What a client is told of a failure: what was written for clients, never an exception's words. */
public final class FailureWords {
  private static final String NONE = "the request failed";

  private FailureWords() {}

  /** A feature chooses its own; an error of the bus itself is not for clients. */
  public static String of(Throwable cause) {
    boolean written =
        cause instanceof RefusedException
            || cause instanceof ReplyException reply && reply.failureType() != ReplyFailure.ERROR;
    String words = written ? cause.getMessage() : null;
    return words == null ? NONE : words;
  }
}
