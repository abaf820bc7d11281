package io.busbar.deploy;

import io.vertx.core.Deployable;

/** One instance of a script. */
public interface ScriptInstance extends Deployable {
  /** It hears nothing new from now on, and must not begin to. Any thread may say so. */
  void withdrawn();
}
