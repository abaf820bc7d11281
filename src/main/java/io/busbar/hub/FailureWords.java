package io.busbar.hub;

import io.vertx.core.eventbus.ReplyException;
import io.vertx.core.eventbus.ReplyFailure;

/**
 * The texts of failures for clients: only texts written for clients, never those of an exception.
 */
public final class FailureWords {
  private static final String NONE = "the request failed";

  private FailureWords() {}

  /**
   * Returns the text of a failure. A feature chooses its own text; an error of the bus gets a
   * general one.
   */
  public static String of(Throwable cause) {
    boolean written =
        cause instanceof RefusedException
            || cause instanceof ReplyException reply && reply.failureType() != ReplyFailure.ERROR;
    String words = written ? cause.getMessage() : null;
    return words == null ? NONE : words;
  }
}
