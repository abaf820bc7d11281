package io.busbar.protocol.session;

import io.vertx.core.internal.ContextInternal;

/** A downlink whose client is connected to this node. Belongs to the loop of its connection. */
public interface LocalDownlink extends Downlink {
  /** The loop of the connection. */
  ContextInternal context();

  /** Runs the task on the loop of the connection. */
  default void here(Runnable task) {
    context().emit(nothing -> task.run());
  }

  /** Whether the client has left. To be asked on the connection's loop. */
  boolean isGone();

  /** Sends what comes before all frames, unless that is done. */
  void start();

  /** Will end so that the client comes back at once, and misses nothing. */
  void dismiss();

  /** Will tell the client that its session is lost. */
  void lost();
}
