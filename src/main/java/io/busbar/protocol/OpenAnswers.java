package io.busbar.protocol;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Counts what a client has asked for and is not answered yet. Owned by its session's event loop.
 */
public final class OpenAnswers {
  private int count;
  private @Nullable List<Runnable> whenNone;

  public int count() {
    return count;
  }

  /** The client asked for something. */
  public void begins() {
    count++;
  }

  /** It was answered, or never will be. */
  public void ends() {
    count--;
    runIfNone();
  }

  /** Will run the task once nothing is open. */
  public void whenNone(Runnable task) {
    whenNone = whenNone == null ? new ArrayList<>(1) : whenNone;
    whenNone.add(task);
    runIfNone();
  }

  private void runIfNone() {
    if (count == 0 && whenNone != null) {
      List<Runnable> tasks = whenNone;
      whenNone = null;
      tasks.forEach(Runnable::run);
    }
  }
}
