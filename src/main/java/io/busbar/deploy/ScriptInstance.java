package io.busbar.deploy;

import io.vertx.core.Deployable;

/** One instance of a script. Vert.x starts and stops it on the thread of its context. */
public interface ScriptInstance extends Deployable {
  /**
   * Tells the script that its consumers are unregistered and that it must register no others. Any
   * thread may call it.
   */
  void withdrawn();
}
