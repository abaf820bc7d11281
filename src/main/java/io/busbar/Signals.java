package io.busbar;

import java.util.concurrent.CompletableFuture;
import sun.misc.Signal;

/**
 * The signals that end the process, and the one that does not. They are not handled in shutdown
 * hooks. Those run at the same time as the one that closes the log, and leave an exit code other
 * than 0.
 */
final class Signals {
  private Signals() {}

  /**
   * Will complete with the name of the first SIGTERM or SIGINT. The second one ends the process at
   * once, with the exit code that a shell gives to that signal.
   */
  static CompletableFuture<String> first() {
    CompletableFuture<String> first = new CompletableFuture<>();
    for (String name : new String[] {"TERM", "INT"}) {
      Signal.handle(
          new Signal(name),
          signal -> {
            if (!first.complete("SIG" + signal.getName())) {
              Runtime.getRuntime().halt(128 + signal.getNumber());
            }
          });
    }
    return first;
  }

  /**
   * Will run the task, on a thread of its own, at each SIGHUP. Does nothing on a system without
   * SIGHUP.
   */
  static void onHangUp(Runnable task) {
    try {
      Signal.handle(new Signal("HUP"), signal -> task.run());
    } catch (IllegalArgumentException e) {
      System.getLogger("io.busbar.node")
          .log(System.Logger.Level.DEBUG, "no SIGHUP here: " + e.getMessage());
    }
  }
}
