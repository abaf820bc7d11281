package io.busbar.protocol.session;

import io.vertx.core.internal.ContextInternal;

/**
 * A downlink whose client is connected to this node. Owned by the event loop of its connection; the
 * methods of {@link Downlink} may be called on the event loop of the source.
 */
public interface LocalDownlink extends Downlink {
  /** Returns the context of the connection. */
  ContextInternal context();

  /** Runs the task on the event loop of the connection. */
  default void here(Runnable task) {
    context().emit(nothing -> task.run());
  }

  /** Returns whether the client has left. Only for the connection's event loop. */
  boolean isDisconnected();

  /** Sends the headers and the start of the body, unless that is done. */
  void start();

  /** Will end so that the client comes back at once and loses nothing. */
  void dismiss();

  /** Will tell the client that its session is lost. */
  void lost();
}
