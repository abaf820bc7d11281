package io.busbar;

import io.vertx.core.Future;

/** What a command has started, until a signal ends it. */
interface Running {
  /** What the ready line names; may be empty. */
  String offer();

  /** Will complete when everything is closed. */
  Future<Void> close();
}
